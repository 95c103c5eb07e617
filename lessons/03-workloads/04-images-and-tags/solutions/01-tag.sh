# The way of the story.
# goal: mixed
answer asked learn/hello:latest
# goal: one-code
kubectl set image deployment/web hello=learn/hello:2.0
kubectl rollout status deployment/web
sleep 15
