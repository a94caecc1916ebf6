/** The destinations of a rule and their weights (validation.go:validateRouteDestinations). */
import type { Destination, Placed } from '../../resource/index.ts';
import { checkDestination } from '../parts/destination.ts';
import type { Report } from '../report.ts';
import { virtualServiceRules as rules } from '../rules/virtual-service.ts';

type Weighted = Placed & {
  readonly destination?: Destination | undefined;
  readonly weight?: number | undefined;
};

export function checkRoute(
  route: (readonly Weighted[] & Placed) | undefined,
  report: Report,
): void {
  if (route === undefined) return;
  // Istio adds the weights up in 32 bits.
  let sum = 0;
  for (const entry of route) {
    checkDestination(entry, 'destination', entry.destination, report);
    const { weight = 0 } = entry;
    if (weight < 0)
      report(rules.negativeWeight, entry, ['weight'], `the weight ${weight} is negative`);
    sum = (sum + weight) | 0;
  }
  if (route.length > 1 && sum === 0) {
    report(
      rules.zeroWeights,
      route,
      [],
      `the weights of these ${route.length} destinations sum to 0, so none would be chosen`,
    );
  }
}
