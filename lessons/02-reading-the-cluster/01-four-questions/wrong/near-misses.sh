# diagnosis: none
# Another program under the right name; programs that answer, but are never Ready; one that has not yet run for a minute.
kubectl delete pod config-pod --now
kubectl run config-pod --image=nginx:1.27
kubectl wait --for=condition=Ready pod/config-pod --timeout=60s
# open: config-fixed
cat > unready.yaml <<END
apiVersion: v1
kind: Pod
metadata: { name: config-pod }
spec:
  terminationGracePeriodSeconds: 1
  containers:
    - name: app
      image: learn/hello:1.0
      env: [{ name: GREETING, value: good evening }]
      readinessProbe: { exec: { command: ["false"] } }
---
apiVersion: v1
kind: Pod
metadata: { name: crash-pod }
spec:
  terminationGracePeriodSeconds: 1
  containers:
    - name: app
      image: learn/hello:1.0
      readinessProbe: { exec: { command: ["false"] } }
END
kubectl delete pod config-pod crash-pod --now
kubectl create -f unready.yaml
sleep 80
# open: config-fixed crash-fixed
kubectl delete pod crash-pod --now
kubectl run crash-pod --image=learn/hello:1.0
sleep 20
# open: crash-fixed
sed -i s/64Gi/64Mi/ big-pod.yaml
kubectl replace --force -f big-pod.yaml
sed s/big-pod/small-pod/ big-pod.yaml | kubectl create -f -
# diagnosis: none
kubectl delete pod crash-pod --now
kubectl run crash-pod --image=learn/hello:1.0 --overrides='{"spec":{"nodeSelector":{"disk":"gold"}}}' --command -- sleep 1d
