/** Small objects to begin from, by kind. */
export const SAMPLES: Readonly<Record<string, string>> = {
  Deployment: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: my-image:latest
          imagePullPolicy: IfNotPresent
          ports:
            - containerPort: 8080
          resources:
            requests:
              cpu: 50m
              memory: 32Mi
`,
  Pod: `apiVersion: v1
kind: Pod
metadata:
  name: hello
spec:
  containers:
    - name: main
      image: my-image:latest
      imagePullPolicy: IfNotPresent
      command: ["sh", "-c", "while true; do date; sleep 5; done"]
`,
  Service: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
      targetPort: 8080
`,
  ConfigMap: `apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  greeting: hello
`,
  Secret: `apiVersion: v1
kind: Secret
metadata:
  name: login
stringData:
  user: admin
  password: change-me
`,
  Job: `apiVersion: batch/v1
kind: Job
metadata:
  name: once
spec:
  backoffLimit: 2
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: main
          image: my-image:latest
          imagePullPolicy: IfNotPresent
          command: ["sh", "-c", "echo done"]
`,
  DaemonSet: `apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: everywhere
spec:
  selector:
    matchLabels:
      app: everywhere
  template:
    metadata:
      labels:
        app: everywhere
    spec:
      containers:
        - name: main
          image: my-image:latest
          imagePullPolicy: IfNotPresent
`,
  Namespace: `apiVersion: v1
kind: Namespace
metadata:
  name: team-a
`,
};
