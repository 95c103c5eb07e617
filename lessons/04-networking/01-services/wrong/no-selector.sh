# diagnosis: no-selector
kubectl expose deployment kv --port=6379
cat <<'END' | kubectl create -f -
apiVersion: v1
kind: Service
metadata:
  name: guestbook
spec:
  ports:
    - port: 80
      targetPort: 5000
END
