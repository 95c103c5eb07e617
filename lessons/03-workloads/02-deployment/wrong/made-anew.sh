# diagnosis: made-anew
kubectl create deployment web --image=learn/hello:1.0 --replicas=2
kubectl rollout status deployment/web
kubectl delete deployment web
# open: labelled
kubectl create deployment web --image=learn/hello:1.0 --replicas=3
kubectl rollout status deployment/web
