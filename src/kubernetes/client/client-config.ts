/** PEM or token text, or the file that holds it and is read again when it may have rotated. */
export type Credential = { readonly text: string } | { readonly file: string };

/** How to reach one API server, and as whom. */
export interface ClientConfig {
  /** `https://name:port`. A name is resolved again at every reconnect. */
  server: string;
  certificateAuthority?: Credential;
  clientCertificate?: Credential;
  clientKey?: Credential;
  token?: Credential;
  /** The name the server's certificate must have, where it is not the server's host. */
  tlsServerName?: string;
  insecureSkipTlsVerify?: boolean;
  /** The namespace of the kubeconfig's context or of the pod. */
  namespace?: string;
  userAgent?: string;
}
