"""Security contexts of pods and containers <-> users, capabilities, security options and namespaces of a task."""
from __future__ import annotations

from typing import Any

from ..converters.two_way import TwoWay
from ..trees import Tree, get

FARGATE, EC2, MANAGED = "FARGATE", "EC2", "MANAGED_INSTANCES"
# What Fargate lets a container add; it may drop anything.
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
FARGATE_ADDS = frozenset({"SYS_PTRACE"})
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_KernelCapabilities.html
CAPABILITIES = frozenset((
    "ALL", "AUDIT_CONTROL", "AUDIT_WRITE", "BLOCK_SUSPEND", "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER",
    "FSETID", "IPC_LOCK", "IPC_OWNER", "KILL", "LEASE", "LINUX_IMMUTABLE", "MAC_ADMIN", "MAC_OVERRIDE", "MKNOD",
    "NET_ADMIN", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_RAW", "SETFCAP", "SETGID", "SETPCAP", "SETUID",
    "SYS_ADMIN", "SYS_BOOT", "SYS_CHROOT", "SYS_MODULE", "SYS_NICE", "SYS_PACCT", "SYS_PTRACE", "SYS_RAWIO",
    "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "SYSLOG", "WAKE_ALARM",
))
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_SystemControl.html
KERNEL = frozenset((
    "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem", "kernel.shmall", "kernel.shmmax",
    "kernel.shmmni", "kernel.shm_rmid_forced",
))
# https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/#safe-and-unsafe-sysctls
SAFE = frozenset((
    "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies",
    "net.ipv4.ping_group_range", "net.ipv4.ip_unprivileged_port_start", "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem",
))


# --- user --------------------------------------------------------------------------------------

def _to_user(user: Any, group: Any, pod: Any, policy: str | None) -> str | None:
    """A container's own word goes before the pod's; a group alone cannot be said."""
    uid = user if user is not None else get(pod, ("runAsUser",))
    gid = group if group is not None else get(pod, ("runAsGroup",))
    if not isinstance(uid, int):
        return None
    if gid is None:
        return f"{uid}:0" if policy == "root" else str(uid)
    return f"{uid}:{gid}"


def identity(user: Any) -> tuple[int, int | None] | None:
    """Read `1000` or `1000:2000`; None for names, which only the image can look up."""
    uid, colon, gid = user.partition(":") if isinstance(user, str) else ("", "", "")
    if not _is_number(uid) or colon and not _is_number(gid):
        return None
    return int(uid), int(gid) if colon else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 12 and str(int(text)) == text


user = TwoWay(_to_user, lambda text, *rest: identity(text))
non_root = TwoWay(lambda *given: (), lambda text: True if (identity(text) or (0,))[0] else None)


def _may_be_root(wanted: Any, pod: Any, containers: Any) -> bool:
    """Whether a container of a pod that must not run as root does not say as whom it runs."""
    own = [get(one, ("securityContext",)) or {} for one in containers.values()] if isinstance(containers, dict) else []
    silent = [one for one in own if not one.get("runAsUser", get(pod, ("runAsUser",)))]
    return wanted is True and any(one.get("runAsNonRoot") is not False for one in silent)


may_be_root = TwoWay(_may_be_root, lambda *given: None)


# --- what Fargate has not ----------------------------------------------------------------------

privileged = TwoWay(lambda value, launch: None if value and launch == FARGATE else value, lambda value, *rest: value)


def _to_options(escalation: Any, armor: Any, linux: Any, pod: Any, launch: str | None) -> list[str] | None:
    """Give Docker's options; only instances take them."""
    if launch != EC2:
        return None
    armor = armor if armor is not None else get(pod, ("appArmorProfile",))
    linux = linux if linux is not None else get(pod, ("seLinuxOptions",))
    made = ["no-new-privileges"] if escalation is False else []
    made += [f"apparmor:{profile}"] if (profile := _to_profile(armor)) else []
    made += [f"label:{key}:{linux[key]}" for key in LABELS if get(linux, (key,))]
    return made or None


LABELS = ("user", "role", "type", "level")
UNCONFINED = "unconfined"


def _to_profile(armor: Any) -> str | None:
    if get(armor, ("type",)) == "Unconfined":
        return UNCONFINED
    return get(armor, ("localhostProfile",)) if get(armor, ("type",)) == "Localhost" else None


def _from_options(options: Any, container: Any) -> tuple | None:
    texts = [one for one in options if isinstance(one, str)] if isinstance(options, list) else []
    profile = next((one.removeprefix("apparmor:") for one in texts if one.startswith("apparmor:")), None)
    labels = dict(
        one.removeprefix("label:").split(":", 1) for one in texts if one.startswith("label:") and one.count(":") > 1
    )
    linux = {key: labels[key] for key in LABELS if labels.get(key)}
    return (
        False if "no-new-privileges" in texts and not _is_mighty(container) else None,
        _from_profile(profile),
        linux or None,
    )


def _is_mighty(container: Any) -> bool:
    """Whether a container has rights beside which the API server refuses a ban on gaining more."""
    added = get(container, ("linuxParameters", "capabilities", "add"))
    return get(container, ("privileged",)) is True or isinstance(added, list) and "SYS_ADMIN" in added


def _from_profile(profile: str | None) -> Tree | None:
    if not profile:
        return None
    return {"type": "Unconfined"} if profile == UNCONFINED else {"type": "Localhost", "localhostProfile": profile}


options = TwoWay(_to_options, _from_options)


# --- capabilities ------------------------------------------------------------------------------

def _bare(names: Any) -> list[str]:
    """Spell names as ECS does: runtimes take them in any case, and some with CAP_."""
    texts = [one for one in names if isinstance(one, str)] if isinstance(names, list) else []
    return [one.upper().removeprefix("CAP_") for one in texts]


def _known(names: Any) -> list[str]:
    return [one for one in _bare(names) if one in CAPABILITIES]


def _to_added(names: Any, launch: str | None) -> list[str] | None:
    found = [one for one in _known(names) if launch != FARGATE or one in FARGATE_ADDS]
    return found if found or names == [] else None


def _to_dropped(names: Any) -> list[str] | None:
    found = _known(names)
    return found if found or names == [] else None


added = TwoWay(_to_added, lambda names, *rest: names)
dropped = TwoWay(_to_dropped, lambda names: names)
missing = TwoWay(lambda names, launch: len(_to_added(names, launch) or []) < len(_bare(names)), lambda *given: None)
kept = TwoWay(lambda names: len(_known(names)) < len(_bare(names)), lambda *given: None)


# --- kernel parameters -------------------------------------------------------------------------

def _settable(name: str) -> bool:
    return name in KERNEL or name.startswith(("fs.mqueue.", "net."))


def _to_controls(sysctls: Any, containers: Any) -> Tree | None:
    """Put the pod's kernel parameters on its first container: in a task's own network they hold for all."""
    own = {name: entry for name, entry in sysctls.items() if _settable(name)} if isinstance(sysctls, dict) else {}
    known = containers if isinstance(containers, dict) else {}
    first = next((name for name, one in known.items() if not get(one, ("initContainer",))), None)
    return {first: own} if own and first is not None else None


def _from_controls(controls: Any, *rest: Any) -> Tree | None:
    """Gather the parameters of all containers; of two values for one, the first container's counts."""
    made: Tree = {}
    for entries in (controls or {}).values():
        for name, entry in entries.items() if isinstance(entries, dict) else ():
            made.setdefault(name, entry)
    return made or None


sysctls = TwoWay(_to_controls, _from_controls)
unsafe = TwoWay(lambda *given: None, lambda controls: isinstance(controls, dict) and not SAFE.issuperset(controls))


# --- namespaces --------------------------------------------------------------------------------

def _to_pid(host: Any, shared: Any, launch: str | None) -> str | None:
    if host and launch != FARGATE:
        return "host"
    return "task" if shared else None


pid_mode = TwoWay(_to_pid, lambda mode, *rest: (True if mode == "host" else None, True if mode == "task" else None))
ipc_mode = TwoWay(lambda host, launch: "host" if host and launch not in (FARGATE, MANAGED) else None,
                  lambda mode, *rest: True if mode == "host" else None)


# --- groups of volumes -------------------------------------------------------------------------

def _shared_with_group(group: Any, volumes: Any) -> bool:
    """Whether there is a volume whose files belong to the pod's group."""
    owned = ("emptyDir", "persistentVolumeClaim", "ephemeral", "csi")
    return (
        group is not None
        and isinstance(volumes, dict)
        and any(isinstance(one, dict) and any(kind in one for kind in owned) for one in volumes.values())
    )


group_needed = TwoWay(_shared_with_group, lambda *given: None)
