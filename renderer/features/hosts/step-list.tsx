import IconAlertTriangle from '@tabler/icons-react/dist/esm/icons/IconAlertTriangle.mjs';
import IconCheck from '@tabler/icons-react/dist/esm/icons/IconCheck.mjs';
import IconMinus from '@tabler/icons-react/dist/esm/icons/IconMinus.mjs';
import IconX from '@tabler/icons-react/dist/esm/icons/IconX.mjs';
import '../../components/forms/forms.css';

const marks = {
  ok: { Icon: IconCheck, tone: 'ok', words: 'in order' },
  warning: { Icon: IconAlertTriangle, tone: 'warn', words: 'warning' },
  failed: { Icon: IconX, tone: 'bad', words: 'failed' },
  skipped: { Icon: IconMinus, tone: 'faint', words: 'not tried' },
} as const;

type Step<Name extends string> = { step: Name; outcome: keyof typeof marks; text: string };
type Props<Name extends string> = { steps: readonly Step<Name>[]; names: Record<Name, string> };

/** How something that was tried went, step by step. */
export function StepList<Name extends string>({ steps, names }: Props<Name>) {
  const shown = steps.filter(({ outcome }) => outcome !== 'skipped');
  const skipped = steps.filter(({ outcome }) => outcome === 'skipped');
  return (
    <>
      <ol className="form-steps" aria-label="Steps">
        {shown.map(({ step, outcome, text }) => {
          const { Icon, tone, words } = marks[outcome];
          return (
            <li key={step} data-outcome={outcome}>
              <Icon size={15} className={tone} aria-hidden="true" />
              <span className="name">
                {names[step]}
                <span className="hidden-text"> {words}:</span>
              </span>
              <span className="dim">{text}</span>
            </li>
          );
        })}
      </ol>
      {skipped.length > 0 ? (
        <p className="faint form-skipped">Not tried: {skipped.map(({ step }) => names[step]).join(', ')}.</p>
      ) : null}
    </>
  );
}
