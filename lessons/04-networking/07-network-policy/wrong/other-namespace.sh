# diagnosis: other-namespace
sed -i '/namespace: back/d' deny.yaml
kubectl apply -f deny.yaml
