# Every Pod deleted, and made again under its name.
# goal: image-fixed
kubectl delete pod image-pod
sed s/v1.0/1.0/ image-pod.yaml | kubectl create -f -
# goal: config-fixed
kubectl delete pod config-pod --now
cat <<'END' | kubectl apply -f -
apiVersion: v1
kind: Pod
metadata:
  name: config-pod
spec:
  containers:
    - name: app
      image: learn/hello:1.0
      env:
        - name: GREETING
          value: good evening
END
# goal: crash-fixed
sed -i s/broken/2.0/ crash-pod.yaml
kubectl replace --force -f crash-pod.yaml
# goal: big-fixed
kubectl delete pod big-pod
kubectl run big-pod --image=learn/hello:1.0
sleep 90
