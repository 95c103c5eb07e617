# diagnosis: none
# It waits for its database; nobody generates anything for it.
kubectl scale deployment db --replicas=1
kubectl patch deployment report -p '{"spec":{"template":{"spec":{
  "volumes":[{"name":"content","emptyDir":{}}],
  "initContainers":[{"name":"wait","image":"busybox:1.36","command":["sh","-c","until nc -z db 5432; do sleep 1; done"]}],
  "containers":[{"name":"report","volumeMounts":[{"name":"content","mountPath":"/content"}]}]}}}}'
kubectl rollout status deployment/report
# done: waits
kubectl exec deploy/report -c report -- sh -c 'echo nothing > /content/report.txt'
# open: serves
# A Job with something else before it ends as well.
kubectl delete job nightly
kubectl create job nightly --image=learn/batch:1.0 --dry-run=client -o json |
  jq '.spec.template.spec.initContainers = [{name: "first", image: "busybox:1.36", command: ["true"]}]' | kubectl create -f -
kubectl wait job/nightly --for=condition=Complete --timeout=120s
# open: nightly
