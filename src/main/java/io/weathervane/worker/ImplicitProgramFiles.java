package io.weathervane.worker;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The files that well-known programs run by themselves, without a word that names them. */
final class ImplicitProgramFiles {
    private static final List<String> NODE_PACKAGE =
            List.of("package.json", "package-lock.json", "yarn.lock", "pnpm-lock.yaml", "npm-shrinkwrap.json");
    private static final List<String> MAKE = List.of("GNUmakefile", "makefile", "Makefile");
    private static final List<String> GRADLE =
            List.of("build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts", "gradle.properties");
    private static final Map<String, List<String>> BY_PROGRAM = Map.ofEntries(
            Map.entry("make", MAKE),
            Map.entry("gmake", MAKE),
            Map.entry("npm", NODE_PACKAGE),
            Map.entry("npx", NODE_PACKAGE),
            Map.entry("yarn", NODE_PACKAGE),
            Map.entry("pnpm", NODE_PACKAGE),
            Map.entry("node", List.of("package.json")),
            Map.entry("bun", NODE_PACKAGE),
            Map.entry("mvn", List.of("pom.xml")),
            Map.entry("mvnw", List.of("pom.xml")),
            Map.entry("gradle", GRADLE),
            Map.entry("gradlew", GRADLE),
            Map.entry("cargo", List.of("Cargo.toml", "Cargo.lock", "build.rs")),
            Map.entry("go", List.of("go.mod", "go.sum")),
            Map.entry("just", List.of("justfile", "Justfile")),
            Map.entry("rake", List.of("Rakefile")),
            Map.entry("bundle", List.of("Gemfile", "Gemfile.lock")),
            Map.entry("cmake", List.of("CMakeLists.txt")),
            Map.entry("docker", List.of("Dockerfile", "docker-compose.yml", "compose.yaml")),
            Map.entry("tox", List.of("tox.ini", "pyproject.toml")),
            Map.entry("pytest", List.of("pytest.ini", "conftest.py", "pyproject.toml")),
            Map.entry("pip", List.of("pyproject.toml", "setup.py", "setup.cfg")),
            Map.entry("uv", List.of("pyproject.toml", "uv.lock")),
            Map.entry("poetry", List.of("pyproject.toml", "poetry.lock")));

    /** Programs that run the program behind their own options. */
    private static final Set<String> WRAPPERS = Set.of(
            "env",
            "nice",
            "ionice",
            "chrt",
            "taskset",
            "timeout",
            "nohup",
            "setsid",
            "stdbuf",
            "sudo",
            "doas",
            "gosu",
            "su-exec",
            "runuser",
            "setpriv",
            "exec",
            "command",
            "time",
            "xargs",
            "flock",
            "strace",
            "unshare",
            "chroot",
            "tini",
            "dumb-init",
            "busybox",
            "xvfb-run",
            "uv",
            "poetry",
            "pipenv",
            "bundle",
            "corepack");

    private ImplicitProgramFiles() {}

    static boolean isWrapper(String program) {
        return WRAPPERS.contains(name(program));
    }

    /** Whether more is known of it than that it is a program. */
    static boolean isKnown(String program) {
        return isWrapper(program) || isInterpreter(program) || BY_PROGRAM.containsKey(name(program));
    }

    static boolean isNode(String program) {
        return List.of("node", "nodejs", "bun", "deno").contains(name(program));
    }

    /** Of a program, such as {@code /usr/bin/make}. */
    static List<String> of(String program) {
        return BY_PROGRAM.getOrDefault(name(program), List.of());
    }

    /** Of the word behind {@code -m} of a Python program: {@code tools.server} is a file or a folder of files. */
    static List<String> ofModule(String module) {
        String path = module.replace('.', '/');
        List<String> files = new ArrayList<>(List.of(path + ".py", path + "/__main__.py"));
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            files.add(path.substring(0, slash) + "/__init__.py");
        }
        files.add(path + "/__init__.py");
        return files;
    }

    static boolean isPython(String program) {
        String name = name(program);
        return name.startsWith("python") || name.startsWith("pypy");
    }

    /** Whether the program's first argument that is a file is what it runs. */
    static boolean isInterpreter(String program) {
        String name = name(program);
        return isPython(program)
                || isShell(program)
                || Stream.of("node", "deno", "bun", "ruby", "perl", "php", "lua")
                        .anyMatch(name::startsWith);
    }

    static boolean isShell(String program) {
        return List.of("sh", "bash", "dash", "zsh", "ksh", "ash").contains(name(program));
    }

    private static String name(String program) {
        String name = program.substring(program.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
        return name.endsWith(".exe") ? name.substring(0, name.length() - 4) : name;
    }
}
