# diagnosis: changed-immutable
kubectl create configmap greeting-2 --from-literal=hello='good day'
kubectl patch configmap greeting-2 -p '{"immutable":true}'
kubectl patch configmap greeting-2 -p '{"data":{"hello":"good evening"}}'
