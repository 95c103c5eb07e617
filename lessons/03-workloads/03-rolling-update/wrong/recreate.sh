# diagnosis: recreate
kubectl set image deployment/web hello=learn/hello:2.0
kubectl rollout status deployment/web
kubectl patch deployment web --type=json -p '[{"op":"replace","path":"/spec/strategy","value":{"type":"Recreate"}}]'
