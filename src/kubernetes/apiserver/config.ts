import type { AuditConfig } from './audit/auditor.ts';
import type { OidcConfig } from './authentication/oidc/oidc-config.ts';
import type { AuthenticationConfiguration } from './authentication/structured/configuration.ts';
import type { TokenWebhookConfig } from './authentication/token-webhook.ts';
import type { LoadedAuthorizer } from './authorization/structured/configured-authorizers.ts';
import type { AuthorizationWebhookConfig } from './authorization/webhook.ts';
import type { EncryptionConfig } from './encryption/encryption-config.ts';
import type { UserInfo } from './request.ts';
import type { TracingConfig } from './tracing/tracing-config.ts';

/** A certificate chain and its private key, PEM. */
export interface KeyPair {
  cert: string;
  key: string;
}

/** Who may come in, as a file says that is read again when it changes. */
export interface AuthenticationFile {
  readonly file: string;
  readonly text: string;
  readonly configuration: AuthenticationConfiguration;
  /** Of this server's own tokens: the file may not name them. */
  readonly ownIssuers: readonly string[];
}

/** Who may do what, as a file says that is read again when it changes. */
export interface AuthorizationFile {
  readonly file: string;
  readonly text: string;
  readonly authorizers: readonly LoadedAuthorizer[];
}

/** What is off unless a flag asks for it. */
export interface SecurityConfig {
  /** Identity tokens of another issuer. */
  oidc?: OidcConfig;
  /** Another server that knows bearer tokens. */
  tokenWebhook?: TokenWebhookConfig;
  /** Another server that decides; asked where `authorizationModes` has `Webhook`. */
  authorizationWebhook?: AuthorizationWebhookConfig;
  /** Issuers of identity tokens, and anonymous requests; instead of `oidc`. */
  authentication?: AuthenticationFile;
  /** The chain of authorizers; instead of `authorizationModes`. */
  authorization?: AuthorizationFile;
  /** Requests served at once; absent: no bound, and no priorities. */
  maxRequestsInFlight?: number;
  /** What is kept unreadable in storage. */
  encryption?: EncryptionConfig;
  /** What is written down about requests. */
  audit?: AuditConfig;
  /** Where traces of requests are sent. */
  tracing?: TracingConfig;
}

/** Everything kube-apiserver's flags say, with the files they name already read. `bin/kube-apiserver.ts` makes it. */
export interface ApiServerConfig extends SecurityConfig {
  bindAddress: string;
  /** 0 lets the system choose (tests). */
  securePort: number;
  /** What the `kubernetes` service's endpoints point at. */
  advertiseAddress: string;
  /** Where storage keeps its files; `:memory:` keeps nothing. */
  dataDir: string;
  /** Storage is an etcd, not files of our own. */
  etcd?: { servers: readonly string[]; ca?: string; client?: KeyPair };
  serving: KeyPair;
  /** Signs client certificates; absent: no x509 authentication. */
  clientCA?: string;
  anonymousAuth: boolean;
  /** `Node`, `RBAC`, `Webhook`, `AlwaysAllow`, asked in this order. */
  authorizationModes: readonly string[];
  /** Bearer tokens known from the start: `--token-auth-file` and the stand-alone server's admin token. */
  staticTokens: ReadonlyMap<string, UserInfo>;
  serviceAccounts: {
    issuer: string;
    /** Where others find the keys, if not at the address of this server. */
    keysUri?: string;
    audiences: readonly string[];
    /** PEM, signs tokens. */
    signingKey: string;
    /** PEM public (or private) keys that tokens may be signed with. */
    verificationKeys: readonly string[];
  };
  serviceClusterIPRange: string;
  serviceNodePortRange: { from: number; to: number };
  /** How the server speaks to kubelets (logs, exec, proxy). */
  kubelet: { client?: KeyPair; ca?: string };
  /** Who may name a user in headers (the front proxy), and who we are when we proxy to an extension server. */
  frontProxy: {
    client?: KeyPair;
    requestHeaderCA?: string;
    allowedNames: readonly string[];
    usernameHeaders: readonly string[];
    groupHeaders: readonly string[];
    extraHeaderPrefixes: readonly string[];
  };
  /** Admission plugins switched on or off against the default set. */
  enableAdmissionPlugins: readonly string[];
  disableAdmissionPlugins: readonly string[];
  /** File with the texts of fields and types, for `kubectl explain`; absent: none. */
  openApiDescriptions?: string;
  eventTTLSeconds: number;
  /** Every request is logged, not only slow ones. */
  logRequests?: boolean;
  /** Requests that are neither watches nor streams end after this long. */
  requestTimeoutSeconds: number;
  minRequestTimeoutSeconds: number;
  maxRequestBodyBytes: number;
  /** The flags themselves, for `/flagz`. */
  flags?: Readonly<Record<string, string>>;
}
