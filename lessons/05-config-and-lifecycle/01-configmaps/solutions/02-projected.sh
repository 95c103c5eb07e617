# Files by a projected volume, each variable by its own reference, ConfigMaps that cannot change.
both() {
  kubectl create configmap site -n $1 --from-file=hello.conf=$1.conf --dry-run=client -o json | jq '.immutable = true' | kubectl apply -f -
  kubectl create configmap settings -n $1 --from-literal=STAGE=$1
  kubectl apply -n $1 -f - <<END
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: nginx
          image: nginx:1.27
          env:
            - name: STAGE
              valueFrom: { configMapKeyRef: { name: settings, key: STAGE } }
          volumeMounts:
            - { name: all, mountPath: /etc/nginx/conf.d }
      volumes:
        - name: all
          projected: { sources: [{ configMap: { name: site } }] }
END
  kubectl rollout status -n $1 deployment/web
}
# goal: dev
both dev
# goal: both
both prod
sleep 5
