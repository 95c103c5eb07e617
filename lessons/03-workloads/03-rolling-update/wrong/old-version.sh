# diagnosis: went-too-far-back
kubectl set image deployment/web hello=learn/hello:2.0
kubectl rollout status deployment/web
kubectl set image deployment/web hello=learn/hello:broken
kubectl rollout status deployment/web || true
kubectl rollout undo deployment/web --to-revision=1
kubectl rollout status deployment/web
