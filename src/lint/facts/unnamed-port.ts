/** The ports of a supposed service that stand for all that no rule names. Hardly a rule names these. */
export const unnamedPorts = { tcp: 61_397, tls: 61_398 } as const;

export function isUnnamed(port: number): boolean {
  return port === unnamedPorts.tcp || port === unnamedPorts.tls;
}
