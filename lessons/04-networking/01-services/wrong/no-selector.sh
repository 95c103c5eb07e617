# diagnosis: no-selector
cat <<'END' | kubectl create -f -
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  ports:
    - port: 80
      targetPort: 8080
END
