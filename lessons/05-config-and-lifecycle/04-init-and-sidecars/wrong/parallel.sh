# diagnosis: parallel
kubectl scale deployment db --replicas=1
kubectl patch deployment report -p '{"spec":{"template":{"spec":{
  "volumes":[{"name":"content","emptyDir":{}}],
  "containers":[{"name":"report","volumeMounts":[{"name":"content","mountPath":"/content"}]},
   {"name":"generate","image":"busybox:1.36","command":["sh","-c","until nc -z db 5432; do sleep 1; done; while true; do wget -qO /content/report.txt http://source; sleep 3; done"],
    "volumeMounts":[{"name":"content","mountPath":"/content"}]}]}}}}'
sleep 30
