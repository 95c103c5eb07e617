# All of it in one manifest.
# goal: node-port
kubectl apply -f - <<END
apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  type: LoadBalancer
  externalTrafficPolicy: Local
  loadBalancerSourceRanges: [192.168.100.10/32]
  selector: { app: web }
  ports: [{ port: 80, targetPort: 8080 }]
END
sleep 40
