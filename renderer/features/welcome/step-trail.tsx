import IconCheck from '@tabler/icons-react/dist/esm/icons/IconCheck.mjs';
import { type Place, stepNames, steps } from './place.ts';

type Props = { step: Place['step']; cloudName: string | undefined; onStep: (step: Place['step']) => void };

/** The three steps, and the way back to those that are behind. */
export function StepTrail({ step, cloudName, onStep }: Props) {
  const at = steps.indexOf(step);
  return (
    <ol className="step-trail" aria-label="Steps">
      {steps.map((each, index) => (
        <li key={each} data-state={index < at ? 'past' : index === at ? 'here' : 'ahead'}>
          {index < at ? (
            <button type="button" onClick={() => onStep(each)} title={`Back to: ${stepNames[each]}`}>
              <i>
                <IconCheck size={12} aria-hidden="true" />
              </i>
              {stepNames[each]}
              {each === 'cloud' && cloudName ? <span className="cut">{cloudName}</span> : null}
            </button>
          ) : (
            <span className="step-label" aria-current={index === at ? 'step' : undefined}>
              <i aria-hidden="true">{index + 1}</i>
              {stepNames[each]}
            </span>
          )}
        </li>
      ))}
    </ol>
  );
}
