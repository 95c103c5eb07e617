# By the name of the port.
# goal: pod-replaced
kubectl delete pod $(kubectl get pods -l app=web -o jsonpath='{.items[2].metadata.name}')
# goal: answers
cat <<'END' | kubectl create -f -
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
      targetPort: http
END
# goal: grown
kubectl patch deployment web -p '{"spec":{"replicas":5}}'
sleep 20
