# diagnosis: by-hand
kubectl patch service shop --type=json -p '[{"op":"remove","path":"/spec/selector"}]'
address=$(kubectl get pods -l app=shop -o jsonpath='{.items[0].status.podIP}')
kubectl apply -f - <<END
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: shop-1
  labels:
    kubernetes.io/service-name: shop
addressType: IPv4
ports:
  - name: ""
    port: 8080
endpoints:
  - addresses: [$address]
END
