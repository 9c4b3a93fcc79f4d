import { BUSYBOX } from '../support/busybox-image.ts';

/** Three web servers, spread over the workers, behind a Service with a node port. Each answers with its pod's name. */
export const web = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      terminationGracePeriodSeconds: 1
      topologySpreadConstraints:
        - { maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule, nodeTaintsPolicy: Honor, labelSelector: { matchLabels: { app: web } } }
      containers:
        - name: web
          image: ${BUSYBOX}
          command: [sh, -c, 'hostname > /www/index.html; echo serving as $(hostname); exec httpd -f -v -p 8080 -h /www']
          ports: [{ containerPort: 8080, name: http }]
          readinessProbe: { httpGet: { path: /, port: http }, periodSeconds: 1 }
          resources: { requests: { cpu: 10m, memory: 8Mi }, limits: { memory: 64Mi } }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  type: NodePort
  selector: { app: web }
  ports: [{ port: 80, targetPort: http }]
`;

/** One pod on every node, the control plane included, to look at the cluster from. */
export const everywhere = `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: everywhere }
spec:
  selector: { matchLabels: { app: everywhere } }
  template:
    metadata: { labels: { app: everywhere } }
    spec:
      terminationGracePeriodSeconds: 1
      tolerations: [{ operator: Exists }]
      containers:
        - { name: main, image: '${BUSYBOX}', command: [sleep, '100000'] }
`;

/** Init container, environment, every volume kind of the thin whole, and what they hold printed. */
export const volumes = `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { color: blue, 'app.conf': 'level=9' }
---
apiVersion: v1
kind: Secret
metadata: { name: password }
stringData: { word: hunter2 }
---
apiVersion: v1
kind: Pod
metadata: { name: volumes, labels: { tier: test } }
spec:
  restartPolicy: Never
  initContainers:
    - { name: prepare, image: '${BUSYBOX}', command: [sh, -c, 'echo prepared > /scratch/state'], volumeMounts: [{ name: scratch, mountPath: /scratch }] }
  containers:
    - name: main
      image: ${BUSYBOX}
      command: [sh, -c]
      args:
        - |
          echo color=$COLOR word=$WORD pod=$POD node=$NODE cpu=$CPU from=$FROM_color
          cat /scratch/state /config/app.conf; echo; cat /secret/word; echo; cat /info/labels; echo
          test -s /var/run/secrets/kubernetes.io/serviceaccount/token && echo has token
          test -d /host/pods && echo has host path
      env:
        - { name: COLOR, valueFrom: { configMapKeyRef: { name: settings, key: color } } }
        - { name: WORD, valueFrom: { secretKeyRef: { name: password, key: word } } }
        - { name: POD, valueFrom: { fieldRef: { fieldPath: metadata.name } } }
        - { name: NODE, valueFrom: { fieldRef: { fieldPath: spec.nodeName } } }
        - { name: CPU, valueFrom: { resourceFieldRef: { resource: requests.cpu, divisor: 1m } } }
      envFrom: [{ prefix: FROM_, configMapRef: { name: settings } }]
      resources: { requests: { cpu: 25m } }
      volumeMounts:
        - { name: scratch, mountPath: /scratch }
        - { name: config, mountPath: /config }
        - { name: secret, mountPath: /secret }
        - { name: info, mountPath: /info }
        - { name: host, mountPath: /host }
  volumes:
    - { name: scratch, emptyDir: {} }
    - { name: config, configMap: { name: settings } }
    - { name: secret, secret: { secretName: password } }
    - { name: info, projected: { sources: [{ downwardAPI: { items: [{ path: labels, fieldRef: { fieldPath: metadata.labels } }] } }] } }
    - { name: host, hostPath: { path: /var/log, type: Directory } }
`;

/** Fails at once, for back-off and --previous. */
export const crashing = `
apiVersion: v1
kind: Pod
metadata: { name: crashing }
spec:
  terminationGracePeriodSeconds: 0
  containers: [{ name: main, image: '${BUSYBOX}', command: [sh, -c, 'echo attempt; exit 3'] }]
`;

/** Five completions, two at a time. */
export const countingJob = `
apiVersion: batch/v1
kind: Job
metadata: { name: counting }
spec:
  completions: 5
  parallelism: 2
  template:
    spec:
      restartPolicy: Never
      containers: [{ name: main, image: '${BUSYBOX}', command: [sh, -c, 'echo counted'] }]
`;
