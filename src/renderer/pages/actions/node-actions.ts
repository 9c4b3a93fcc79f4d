import { Ban, CircleCheck } from 'lucide-react';
import type { Node } from '../../../kubernetes/api/generated/core-v1.ts';
import { t } from '../../i18n/index.ts';
import type { ObjectAction } from '../view.ts';
import { patchObject } from './patch-object.ts';

export const cordonAction: ObjectAction<Node> = {
  id: 'cordon',
  label: t('actions.cordon'),
  icon: Ban,
  available: ({ spec }) => !spec?.unschedulable,
  run: (target) =>
    patchObject(target, t('actions.cordon'), { spec: { unschedulable: true } }, () =>
      t('actions.cordoned', { name: target.object.metadata.name ?? '' }),
    ),
};

export const uncordonAction: ObjectAction<Node> = {
  id: 'uncordon',
  label: t('actions.uncordon'),
  icon: CircleCheck,
  available: ({ spec }) => spec?.unschedulable === true,
  run: (target) =>
    patchObject(target, t('actions.uncordon'), { spec: { unschedulable: null } }, () =>
      t('actions.uncordoned', { name: target.object.metadata.name ?? '' }),
    ),
};
