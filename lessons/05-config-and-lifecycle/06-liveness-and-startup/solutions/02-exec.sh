# Probes that run a command; startup waits even longer, liveness is quicker.
# goal: slow-starts
kubectl patch deployment slow -p '{"spec":{"template":{"spec":{"containers":[{"name":"slow",
  "startupProbe":{"tcpSocket":{"port":8080},"periodSeconds":5,"failureThreshold":60},
  "livenessProbe":{"httpGet":null,"exec":{"command":["wget","-q","-O","/dev/null","http://localhost:8080/live"]},"timeoutSeconds":2,"periodSeconds":5,"failureThreshold":2}}]}}}}'
kubectl rollout status deployment/slow
# goal: freezer
kubectl patch deployment freezer -p '{"spec":{"template":{"spec":{"containers":[{"name":"freezer",
  "livenessProbe":{"exec":{"command":["wget","-q","-O","/dev/null","http://localhost:8080/live"]},"timeoutSeconds":2,"periodSeconds":10,"failureThreshold":2}}]}}}}'
kubectl rollout status deployment/freezer
sleep 20
