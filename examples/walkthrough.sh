#!/usr/bin/env bash
# The API from sign-up to a summary, an analysis and an approved requirement, call by call, with nothing but curl.
#
#   specloom up                     # in another terminal
#   examples/walkthrough.sh         # or: SPECLOOM_URL=http://127.0.0.1:8123 examples/walkthrough.sh my-file.pdf
#
# It makes a new tenant each time it runs. It needs bash, curl and python3 (to read JSON).
set -euo pipefail

url=${SPECLOOM_URL:-http://127.0.0.1:8000}
api=$url/api/v1
file=${1:-$(dirname "$0")/brief.md}
password=$(python3 -c 'import secrets; print(secrets.token_urlsafe(12))')
subdomain=walk-$(date +%s)-$$
email=ada@$subdomain.example

# field job.id: that field of the JSON object on standard input
field() {
    python3 -c 'import functools, json, sys
print(functools.reduce(lambda value, name: value[name], sys.argv[1].split("."), json.load(sys.stdin)))' "$1"
}

say() { printf '\n\033[1m%s\033[0m\n' "$*" >&2; }

# call METHOD PATH [curl options]: the body of the answer; an error is shown as the API words it
call() {
    local method=$1 path=$2 answer status
    shift 2
    answer=$(curl --silent --show-error --request "$method" "$api$path" \
        ${token:+--header "Authorization: Bearer $token"} --write-out '\n%{http_code}' "$@")
    status=${answer##*$'\n'}
    answer=${answer%$'\n'*}
    if [ "$status" -ge 400 ]; then
        printf '%s %s was answered %s: %s\n' "$method" "$path" "$status" "$answer" >&2
        return 1
    fi
    printf '%s' "$answer"
}

say "1. Sign up: a tenant and its first admin"
token=
signed_in=$(call POST /auth/register --json '{
    "tenant": {"name": "Walk-through", "subdomain": "'"$subdomain"'"},
    "name": "Ada", "email": "'"$email"'", "password": "'"$password"'"}')
echo "tenant $(field tenant.id <<<"$signed_in"), login $email"

say "2. Sign in, as one does from then on"
signed_in=$(call POST /auth/login --json '{"email": "'"$email"'", "password": "'"$password"'"}')
token=$(field access_token <<<"$signed_in")
echo "an access token for $(field expires_in <<<"$signed_in") seconds"

say "3. Upload $file; the key makes it safe to send it twice"
key=upload-$subdomain
document=$(call POST /documents/upload --form "file=@$file" --header "Idempotency-Key: $key")
again=$(call POST /documents/upload --form "file=@$file" --header "Idempotency-Key: $key")
document_id=$(field id <<<"$document")
echo "document $document_id, $(field title <<<"$document")"
[ "$(field id <<<"$again")" = "$document_id" ] && echo "the second upload was answered with the same document"

say "4. Ask for a summary: the answer is a job and the summary to come"
requested=$(call POST "/documents/$document_id/summaries" --json '{"format": "bullets"}')
job_id=$(field job.id <<<"$requested")
summary_id=$(field summary.id <<<"$requested")
echo "job $job_id is $(field job.state <<<"$requested")"

say "5. Follow it live; the stream ends with the job"
curl --silent --show-error --no-buffer --header "Authorization: Bearer $token" "$api/jobs/$job_id/events"

say "6. The job, asked once: the same as the stream has told"
call GET "/jobs/$job_id" | field message

say "7. The summary, each sentence with the place in the document it stands on"
call GET "/summaries/$summary_id" | python3 -c '
import json, sys
summary = json.load(sys.stdin)
for sentence in summary["sentences"]:
    places = ", ".join("{label} (line {line})".format(**source) for source in sentence["sources"])
    print(sentence["text"].strip(), "\n    ->", places or "nothing in the document")
print("left out:", ", ".join(part["label"] for part in summary["omitted"]) or "nothing")
print("written by", summary["model_used"])'

say "8. Ask for an analysis of the same document, and follow it by its own id"
tenant_id=$(field tenant.id <<<"$signed_in")
analysis_id=$(call POST "/tenants/$tenant_id/analyze" --json '{"document_id": "'"$document_id"'"}' | field event_id)
curl --silent --show-error --no-buffer --header "Authorization: Bearer $token" "$api/analyses/$analysis_id/events"

say "9. What it found: requirements with type and place, what to mend in them, what to ask next"
analysis=$(call GET "/analyses/$analysis_id")
python3 -c '
import json, sys
found = json.load(sys.stdin)
for each in found["identified_requirements"]:
    place = each["citation"] or {"line": "-"}
    print("line {:>4}  {:<15} {:<8} {:.2f}  {}".format(
        place["line"], each["type"], each["priority"], each["confidence"], each["statement"]))
for each in found["analysis"]["findings"]:
    print("to mend:", each["citation"]["quote"], "->", each["message"])
for question in found["suggested_questions"]:
    print("to ask:", question)
for note in found["analysis"]["notes"]:
    print("note:", note)' <<<"$analysis"

say "10. A product with an epic, for what was found to go to"
product_id=$(call POST /products --json '{"name": "Walk-through", "description": "What this walk is about."}' | field id)
epic_id=$(call POST "/products/$product_id/epics" --json '{
    "name": "First things", "description": "What comes first.", "business_value": "Something to show soon."}' | field id)
call GET "/products/$product_id" | field key

say "11. Accept the first requirement: it becomes a feature, which cites where it was found"
item_id=$(python3 -c 'import json, sys
print(next((each["id"] for each in json.load(sys.stdin)["identified_requirements"]), ""))' <<<"$analysis")
if [ -n "$item_id" ]; then
    feature_id=$(call POST "/analyses/$analysis_id/items/$item_id/accept" --json '{
        "comment": "Agreed.", "place": {"kind": "feature", "parent_id": "'"$epic_id"'"}}' | field accepted_as)
    call GET "/requirements/$feature_id/citations" | python3 -c '
import json, sys
for each in json.load(sys.stdin)["items"]:
    print("line", each["line"], "of version", each["version"], "says:", each["quote"])'

    say "12. Send it to review, and approve it"
    call POST "/features/$feature_id/transitions" --json '{"to": "review"}' >/dev/null
    call POST "/features/$feature_id/transitions" --json '{"to": "approved", "comment": "Good."}' | field status
else
    echo "there is none in this file"
fi

say "13. Take it all along as Markdown; ReqIF, CSV, XLSX, JSON, Gherkin and Jira work alike"
call GET "/products/$product_id/export?format=markdown"

say "14. Sign out: the token is refused from now on"
call POST /auth/logout
status=$(curl --silent --output /dev/null --write-out '%{http_code}' --header "Authorization: Bearer $token" "$api/auth/me")
echo "GET /auth/me is answered $status"
[ "$status" = 401 ]
