# diagnosis: nobody-selected
cat <<'END' | kubectl create -f -
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: wbe
  ports:
    - port: 80
      targetPort: 8080
END
