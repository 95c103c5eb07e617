# The sidecar is the gate: a startup probe says when the file is there; the database is asked by it, too.
# goal: nightly
kubectl get job nightly -o json | jq '{apiVersion, kind, metadata: {name: "nightly"}, spec: {template: {spec: .spec.template.spec}}}
  | .spec.template.spec.initContainers = [.spec.template.spec.containers[1] + {restartPolicy: "Always"}]
  | .spec.template.spec.containers |= .[0:1]' > job.json
kubectl replace --force -f job.json
# goal: waits
kubectl scale deployment db --replicas=1
kubectl patch deployment report -p '{"spec":{"template":{"spec":{
  "volumes":[{"name":"content","emptyDir":{}}],
  "initContainers":[{"name":"refresh","image":"busybox:1.36","restartPolicy":"Always",
    "command":["sh","-c","until nc -z db 5432; do sleep 1; done; while true; do wget -qO /content/report.txt http://source; sleep 3; done"],
    "startupProbe":{"exec":{"command":["test","-s","/content/report.txt"]},"periodSeconds":1,"failureThreshold":300},
    "volumeMounts":[{"name":"content","mountPath":"/content"}]}],
  "containers":[{"name":"report","volumeMounts":[{"name":"content","mountPath":"/content"}]}]}}}}'
kubectl rollout status deployment/report
kubectl wait job/nightly --for=condition=Complete --timeout=120s
sleep 10
