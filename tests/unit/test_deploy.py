"""What ships in deploy/: images, volumes and limits agree, no secret stands in it, and no run brings a command of its own."""

import json
import re
import subprocess
from pathlib import Path

import jsonschema
import pytest
import yaml
from prefect.server.schemas.actions import WorkPoolCreate

from hervat import __version__

DEPLOY = Path(__file__).parents[2] / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if name != "database"}
POOLS = {kind: json.loads((DEPLOY / kind / "work-pool.json").read_text()) for kind in ("docker", "kubernetes")}
MIGRATE = yaml.safe_load((DEPLOY / "kubernetes" / "migrate.yaml").read_text())
JOBS = {"run": POOLS["kubernetes"]["job_configuration"]["job_manifest"], "migrate": MIGRATE}
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
IMAGE = f"hervat:{__version__}"

each_pool = pytest.mark.parametrize("kind", POOLS)
each_job = pytest.mark.parametrize("job", JOBS.values(), ids=JOBS)


def texts(value):
    """Yield every text in a tree."""
    if isinstance(value, dict):
        yield from (text for one in value.values() for text in texts(one))
    elif isinstance(value, list):
        yield from (text for one in value for text in texts(one))
    elif isinstance(value, str):
        yield value


@each_pool
def test_prefect_takes_a_template_and_a_run_can_change_nothing_of_it(kind):
    template = POOLS[kind]
    WorkPoolCreate(name="hervat", type=kind, base_job_template=template)  # refuses a placeholder without a variable
    assert template["variables"]["properties"] == {} and template["variables"]["additionalProperties"] is False
    assert not [text for text in texts(template) if "{{" in text]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"command": "sh"}, template["variables"])


def test_the_image_is_of_this_version_everywhere():
    named = {text for tree in (COMPOSE, POOLS, MIGRATE) for text in texts(tree) if re.fullmatch(r"hervat:\S+", text)}
    assert named == {IMAGE} and f"-t {IMAGE} ." in DOCKERFILE


def test_a_container_has_no_rights_and_limits():
    for service in OURS.values():
        assert service["read_only"] is True and service["cap_drop"] == ["ALL"] and service["mem_limit"]
        assert service["security_opt"] == ["no-new-privileges:true"] and "privileged" not in service
    run = POOLS["docker"]["job_configuration"]
    more = run["container_create_kwargs"]
    assert (more["read_only"], more["cap_drop"], more["user"]) == (True, ["ALL"], "10001:10001")
    assert run["privileged"] is False and run["mem_limit"] and more["pids_limit"] and more["nano_cpus"]
    assert run["command"].startswith("timeout ")  # Docker knows no deadline


def test_a_container_of_a_run_finds_the_server_where_compose_has_it():
    """What the worker uses is published on 127.0.0.1 of its machine alone: no container reaches that."""
    run = POOLS["docker"]["job_configuration"]
    port = SERVICES["prefect"]["ports"][0].rpartition(":")[2]
    assert run["env"] == {"PREFECT_API_URL": f"http://prefect:{port}/api"}
    assert {f"{COMPOSE['name']}_{network}" for network in SERVICES["prefect"]["networks"]} <= set(run["networks"])


@each_job
def test_a_pod_has_no_rights_limits_and_a_deadline(job):
    pod = job["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"] is True and pod["automountServiceAccountToken"] is False
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
    }  # fmt: skip
    assert set(container["resources"]["limits"]) == {"cpu", "memory"}
    assert job["spec"]["activeDeadlineSeconds"] > 0 and pod["restartPolicy"] == "Never"
    mounted = {mount["name"] for mount in container["volumeMounts"]}
    assert mounted == {volume["name"] for volume in pod["volumes"]}


def test_a_run_in_kubernetes_is_tried_once():
    """Prefect retries steps, and the next night goes on: a pod that comes again by itself would be a second night."""
    assert JOBS["run"]["spec"]["backoffLimit"] == 0
    assert not {"completions", "parallelism"} - set(JOBS["run"]["spec"]["template"]["spec"])  # its worker asks for them


def test_the_deadline_of_a_run_is_that_of_the_unit():
    unit = (DEPLOY.parent / "config" / "systemd" / "hervat-night.service").read_text()
    hours = int(re.search(r"TimeoutStartSec=(\d+)h", unit)[1])
    assert JOBS["run"]["spec"]["activeDeadlineSeconds"] == hours * 3600
    assert f" {hours}h " in POOLS["docker"]["job_configuration"]["command"]


def test_secrets_are_files_and_stand_nowhere():
    for name, secret in COMPOSE["secrets"].items():
        assert set(secret) == {"file"} and secret["file"].startswith("./secrets/"), name
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            assert name.endswith("_FILE") or not re.search("PASSWORD|AUTH|KEY|SECRET", name), name
            assert not re.search(r"://[^/\s]*:[^/\s]*@", value), name
    ignored = (DEPLOY.parent / ".dockerignore").read_text().splitlines()
    assert "*" in ignored and "!deploy" not in ignored  # what is not named does not get into an image


def test_the_server_sees_nothing_of_the_gemeente():
    assert SERVICES["prefect"]["volumes"] == []
    assert {one["target"] for one in SERVICES["prefect"]["secrets"]} == {
        "PREFECT_SERVER_DATABASE_PASSWORD", "PREFECT_SERVER_API_AUTH_STRING",
    }  # fmt: skip
    assert all(port.startswith("127.0.0.1:") for port in SERVICES["prefect"]["ports"])
    assert COMPOSE["networks"]["inside"] == {"internal": True} and SERVICES["database"]["networks"] == ["inside"]


def test_a_worker_starts_after_the_migrations():
    needs = {name: set(service.get("depends_on", {})) for name, service in SERVICES.items()}
    assert needs["worker"] == {"deploy"} and needs["deploy"] == {"prefect", "migrate"}
    assert SERVICES["migrate"]["command"] == MIGRATE["spec"]["template"]["spec"]["containers"][0]["args"]


def test_runs_start_in_an_empty_folder_as_nobody_that_is_root():
    """Prefect copies the folder in which a run starts: below /srv/hervat that would be the vault."""
    last = DOCKERFILE.split("\nFROM ")[-1]
    assert re.search(r"^WORKDIR (\S+)$", last, re.MULTILINE)[1] == "/opt/empty"
    assert re.search(r"^USER (\S+)$", last, re.MULTILINE)[1] == "10001:10001"
    assert "--require-hashes -r requirements/runtime.lock" in DOCKERFILE
    assert {"openssl", "openssh-client"} <= set(last.split())


def with_secrets(folder, *command):
    environment = {"SECRETS_DIRECTORY": str(folder), "PATH": "/usr/bin:/bin"}
    return subprocess.run(
        [DEPLOY / "with-secrets", *command], env=environment, capture_output=True, text=True, check=False
    )


def test_a_secret_is_the_variable_of_its_file(tmp_path):
    (tmp_path / "HERVAT_REGISTER_PASSWORD").write_text("a b$(id)'\"\n")
    (tmp_path / "keys").write_text("no variable")
    (tmp_path / "..data").mkdir()  # as Kubernetes makes beside them
    done = with_secrets(tmp_path, "sh", "-c", 'printf %s "$HERVAT_REGISTER_PASSWORD"; env | grep -c "no variable"')
    assert done.stdout == "a b$(id)'\"0\n"
    assert with_secrets(tmp_path / "none", "sh", "-c", "exit 7").returncode == 7


def test_a_secret_that_can_not_be_read_ends_it(tmp_path):
    (tmp_path / "HERVAT_KEYS").symlink_to("/proc/self/mem")
    done = with_secrets(tmp_path, "echo", "started")
    assert done.returncode != 0 and done.stdout == ""
