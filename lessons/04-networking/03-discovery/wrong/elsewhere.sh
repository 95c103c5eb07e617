# diagnosis: elsewhere
kubectl create service externalname billing -n dev --external-name=billing.example.com
