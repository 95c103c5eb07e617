# diagnosis: none
# Answered before anything was seen; another Service whose members are all ill.
answer clients refused
# open: all-out
kubectl create -f - <<END
apiVersion: apps/v1
kind: Deployment
metadata: { name: other }
spec:
  replicas: 3
  selector: { matchLabels: { app: other } }
  template:
    metadata: { labels: { app: other } }
    spec:
      containers: [{ name: hello, image: "learn/hello:1.0", readinessProbe: { httpGet: { path: /nowhere, port: 8080 } } }]
END
kubectl expose deployment other --port=80
kubectl run broken --image=busybox:1.36 -- false
kubectl run ill --image=learn/hello:1.0 --overrides='{"spec":{"containers":[{"name":"ill","image":"learn/hello:1.0","readinessProbe":{"httpGet":{"path":"/ready","port":8080},"periodSeconds":2}}]}}'
sleep 20
kubectl exec ill -- switch ready off
sleep 10
# open: all-out one-out
# unknown: failing-probe
# No readiness probe, but one for the start; one that says yes to everything.
probe() {
  kubectl patch deployment web -p "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"slow\",$1}]}}}}"
  kubectl rollout status deployment/web
}
probe '"startupProbe":{"httpGet":{"path":"/ready","port":8080},"periodSeconds":2,"failureThreshold":30}'
# open: safe-rollout
probe '"startupProbe":null,"readinessProbe":{"exec":{"command":["true"]},"periodSeconds":2}'
# open: safe-rollout
# Two are enough? One that restarts whoever is ill.
probe '"readinessProbe":{"exec":null,"httpGet":{"path":"/ready","port":8080},"periodSeconds":2}'
kubectl scale deployment web --replicas=2
sleep 10
# open: safe-rollout
kubectl scale deployment web --replicas=1
sleep 10
kubectl exec deploy/web -- switch ready off
sleep 15
# open: all-out
kubectl scale deployment web --replicas=3
kubectl exec deploy/web -- switch ready on
kubectl rollout status deployment/web
sleep 10
# done: left-in-peace
probe '"livenessProbe":{"httpGet":{"path":"/ready","port":8080},"initialDelaySeconds":20,"periodSeconds":12}'
# open: left-in-peace
# A page of another name, which says the same.
probe '"livenessProbe":null,"readinessProbe":{"httpGet":{"path":"/healthz","port":8080},"periodSeconds":2}'
