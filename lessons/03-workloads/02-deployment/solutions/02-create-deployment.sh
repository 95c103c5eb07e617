# Without a file: kubectl writes labels and selector itself.
# goal: labelled
kubectl create deployment web --image=learn/hello:1.0 --replicas=2
kubectl rollout status deployment/web
# goal: scaled
kubectl patch deployment web -p '{"spec":{"replicas":3}}'
kubectl rollout status deployment/web
# goal: second-set
kubectl set env deployment/web GREETING=hello
kubectl rollout status deployment/web
sleep 15
