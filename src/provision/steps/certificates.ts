import { clientCertificate, createAuthorities, identities } from '../pki/cluster-certificates.ts';
import type { CreateContext } from './create-context.ts';
import type { Step } from './step.ts';

export const certificatesStep: Step<CreateContext> = {
  name: 'certificates',
  title: 'Making certificates',
  async run(context) {
    const authorities = await createAuthorities();
    context.secrets = { authorities, admin: await clientCertificate(authorities, identities.admin) };
    await context.store.putSecrets(context.spec.name, context.secrets);
  },
};
