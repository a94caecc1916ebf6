/** How the checks of this room say what they found: a rule, the value it is about, and a sentence. */
import {
  type Finding,
  type Fix,
  findingOf,
  type Related,
  type RuleMeta,
} from '../diagnostic/index.ts';
import { keySpanAt, type Placed, pathAt, type Resource, refOf, spanAt } from '../resource/index.ts';

/** From a value down to the field or element that is wrong; it may be absent. */
export type Keys = readonly (string | number)[];

export type More = {
  readonly help?: string;
  /** Instead of the rule's. */
  readonly why?: string;
  readonly related?: readonly Related[];
  readonly fix?: Fix | undefined;
  /** The key of a map is wrong, not its value. */
  readonly onKey?: true;
  /** Istio computes this warning and then loses it. */
  readonly unheard?: true;
  /** It depends on labels or annotations of the object, which `istioctl analyze` does not hand to the validation. */
  readonly unanalyzed?: true;
};

export type Report = (
  rule: RuleMeta,
  value: Placed,
  keys: Keys,
  message: string,
  more?: More,
) => void;

/** A report that collects findings of one resource into `findings`. */
export function reportInto(findings: Finding[], resource: Resource): Report {
  const ref = refOf(resource);
  return (rule, value, keys, message, more = {}) => {
    findings.push(
      findingOf(rule, {
        message,
        span: more.onKey === true ? keySpanAt(value, String(keys.at(-1))) : spanAt(value, ...keys),
        path: pathAt(value, ...keys),
        resource: ref,
        related: more.related ?? [],
        fix: more.fix,
        ...(more.help === undefined ? {} : { help: more.help }),
        ...(more.why === undefined ? {} : { why: more.why }),
        ...(more.unheard === true ? { istio: { rejects: false, code: null } } : {}),
        ...(more.unanalyzed === true ? { istio: { rejects: rule.istio.rejects, code: null } } : {}),
      }),
    );
  };
}

/**
 * For the places where Istio keeps errors only (its helper appendErrors): warnings are still said, but not as ones that Istio gives.
 */
export function unheardWarnings(report: Report): Report {
  return (rule, value, keys, message, more) =>
    report(rule, value, keys, message, rule.istio.rejects ? more : { ...more, unheard: true });
}

/** A text as a message shows it: quoted, and not longer than a line. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}…` : text);
}

/** For `related`: the place of the other party. */
export function alsoAt(message: string, value: Placed, ...keys: Keys): More {
  return { related: [{ message, span: spanAt(value, ...keys) }] };
}
