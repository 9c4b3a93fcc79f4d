import classes from './ResizeHandle.module.css';

interface Props {
  /** The edge that is dragged: dragging that way makes the panel bigger. */
  direction: 'left' | 'up';
  value: number;
  onChange(value: number): void;
  label: string;
}

const STEP = 24;

/** A draggable edge, also by arrow keys. */
export function ResizeHandle({ direction, value, onChange, label }: Props) {
  const at = (event: { clientX: number; clientY: number }) => (direction === 'left' ? event.clientX : event.clientY);
  function drag(event: React.PointerEvent<HTMLDivElement>) {
    const start = at(event);
    const handle = event.currentTarget;
    handle.setPointerCapture(event.pointerId);
    const move = (moved: PointerEvent) => onChange(value + start - at(moved));
    const stop = () => {
      handle.removeEventListener('pointermove', move);
      handle.removeEventListener('pointerup', stop);
    };
    handle.addEventListener('pointermove', move);
    handle.addEventListener('pointerup', stop);
  }
  const keys = direction === 'left' ? { ArrowLeft: STEP, ArrowRight: -STEP } : { ArrowUp: STEP, ArrowDown: -STEP };
  return (
    <div
      role="separator"
      aria-label={label}
      aria-orientation={direction === 'left' ? 'vertical' : 'horizontal'}
      aria-valuenow={Math.round(value)}
      tabIndex={0}
      className={classes[direction]}
      onPointerDown={drag}
      onKeyDown={(event) => {
        const step = (keys as Record<string, number | undefined>)[event.key];
        if (step !== undefined) onChange(value + step);
      }}
    />
  );
}
