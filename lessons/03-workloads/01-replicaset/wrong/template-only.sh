# diagnosis: template-only
kubectl set image replicaset/web hello=learn/hello:1.1
sleep 5
