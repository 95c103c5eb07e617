#!/bin/bash
# A controller for the PodSet web: look, compare, act, and again.

# The names of the Pods that count, one a line, those that are not ready first.
pods_that_count() {
  kubectl get pods -l app=web -o json | jq -r --arg uid "$uid" '
    .items
    | map(select(
        true                                         # TODO 3: which ones count?
      ))
    | sort_by(any(.status.conditions[]?; .type == "Ready" and .status == "True"))
    | .[].metadata.name'
}

make_pod() {
  jq '.spec.template + {apiVersion: "v1", kind: "Pod"}
    | .metadata.generateName = "web-"
    # TODO 2: whose Pod is it?
    ' <<< "$set" | kubectl create -f -
}

while true; do
  # LOOK
  set=$(kubectl get podset web -o json)
  uid=$(jq -r .metadata.uid <<< "$set")
  wanted=$(jq .spec.replicas <<< "$set")
  pods=$(pods_that_count)
  have=$(wc -w <<< "$pods")
  echo "wanted: $wanted, there: $have"

  # COMPARE, and ACT
  # TODO 1: if there are too few, make one.
  # TODO 4: if there are too many, delete some.

  sleep 2
done
