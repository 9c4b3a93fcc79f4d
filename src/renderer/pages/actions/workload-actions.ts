import { Pause, Play, RotateCw, Scaling } from 'lucide-react';
import type { Deployment } from '../../../kubernetes/api/generated/apps-v1.ts';
import type { Job } from '../../../kubernetes/api/generated/batch-v1.ts';
import { formatTime } from '../../../kubernetes/machinery/meta.ts';
import { t } from '../../i18n/index.ts';
import type { ObjectAction } from '../view.ts';
import { openScale } from './open-scale.tsx';
import { patchObject } from './patch-object.ts';

const changed = (what: string) => t('actions.done', { what });

export const scaleAction: ObjectAction = { id: 'scale', label: t('actions.scale'), icon: Scaling, run: openScale };

/** What `kubectl rollout restart` does: a new annotation makes the pod template a new one. */
export const restartAction: ObjectAction = {
  id: 'restart',
  label: t('actions.restart'),
  icon: RotateCw,
  run: (target) => {
    const annotations = { 'kubectl.kubernetes.io/restartedAt': formatTime(Date.now()) };
    patchObject(target, t('actions.restart'), { spec: { template: { metadata: { annotations } } } }, (what) =>
      t('actions.restarted', { what }),
    );
  },
};

export const pauseAction: ObjectAction<Deployment> = {
  id: 'pause',
  label: t('actions.pause'),
  icon: Pause,
  available: ({ spec }) => !spec.paused,
  run: (target) => patchObject(target, t('actions.pause'), { spec: { paused: true } }, changed),
};

export const resumeAction: ObjectAction<Deployment> = {
  id: 'resume',
  label: t('actions.resume'),
  icon: Play,
  available: ({ spec }) => spec.paused === true,
  run: (target) => patchObject(target, t('actions.resume'), { spec: { paused: null } }, changed),
};

type Suspendable = Pick<Job, 'apiVersion' | 'kind' | 'metadata'> & { spec?: { suspend?: boolean } };

export const suspendAction: ObjectAction<Suspendable> = {
  id: 'suspend',
  label: t('actions.suspend'),
  icon: Pause,
  available: ({ spec }) => !spec?.suspend,
  run: (target) => patchObject(target, t('actions.suspend'), { spec: { suspend: true } }, changed),
};

export const unsuspendAction: ObjectAction<Suspendable> = {
  id: 'unsuspend',
  label: t('actions.unsuspend'),
  icon: Play,
  available: ({ spec }) => spec?.suspend === true,
  run: (target) => patchObject(target, t('actions.unsuspend'), { spec: { suspend: false } }, changed),
};
