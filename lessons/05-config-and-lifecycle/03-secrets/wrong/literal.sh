# diagnosis: literal
kubectl set env deployment/app DB_PASSWORD=hunter22
kubectl rollout status deployment/app
