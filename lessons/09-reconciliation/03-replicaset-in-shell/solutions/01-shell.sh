# The way of the story.
# goal: filled
kubectl apply -f web.yaml
cat > controller.sh <<'END'
#!/bin/bash
pods_that_count() {
  kubectl get pods -l app=web -o json | jq -r --arg uid "$uid" '
    .items
    | map(select(
        .metadata.deletionTimestamp == null
        and .status.phase != "Succeeded" and .status.phase != "Failed"
        and any(.metadata.ownerReferences[]?; .uid == $uid)
      ))
    | sort_by(any(.status.conditions[]?; .type == "Ready" and .status == "True"))
    | .[].metadata.name'
}

make_pod() {
  jq --arg uid "$uid" '.spec.template + {apiVersion: "v1", kind: "Pod"}
    | .metadata.generateName = "web-"
    | .metadata.ownerReferences = [{
        apiVersion: "learn.example/v1", kind: "PodSet", name: "web",
        uid: $uid, controller: true }]
    ' <<< "$set" | kubectl create -f -
}

while true; do
  set=$(kubectl get podset web -o json)
  uid=$(jq -r .metadata.uid <<< "$set")
  wanted=$(jq .spec.replicas <<< "$set")
  if [ -n "$wanted" ]; then
    pods=$(pods_that_count)
    have=$(wc -w <<< "$pods")
    echo "wanted: $wanted, there: $have"
    if [ "$have" -lt "$wanted" ]; then
      make_pod
    elif [ "$have" -gt "$wanted" ]; then
      kubectl delete pod --wait=false $(head -n $((have - wanted)) <<< "$pods")
    fi
  fi
  sleep 2
done
END
bash controller.sh > log 2>&1 &
sleep 40
