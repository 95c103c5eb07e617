# diagnosis: variable
kubectl set env deployment/web -n dev 'STORE=$(STORE_SERVICE_HOST):6379'
kubectl rollout status -n dev deployment/web
