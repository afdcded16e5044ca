package io.weathervane.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.worker.process.WorkerProcess;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChildEnvironmentTest {
    private static final Map<String, String> SERVER = Map.ofEntries(
            Map.entry("PATH", "/usr/bin"),
            Map.entry("HOME", "/home/jo"),
            Map.entry("USER", "jo"),
            Map.entry("LANG", "de_DE.UTF-8"),
            Map.entry("LC_NUMERIC", "C"),
            Map.entry("TZ", "Europe/Berlin"),
            Map.entry("TMPDIR", "/tmp"),
            Map.entry("HOOK_SECRET", "s1"),
            Map.entry("AWS_SECRET_ACCESS_KEY", "s2"),
            Map.entry("REGION", "eu"),
            Map.entry("WVO_TOKEN", "s3"),
            Map.entry("WVO_STATE_ROOT", "/srv/wv"),
            Map.entry("WVO_WORKSPACE_ROOT", "/srv/wv"));

    @Test
    void aWorkerOfAServerGetsWhatEveryProgramNeedsAndNoSecret() {
        assertThat(reduced(SERVER, InheritedEnvironment.none()))
                .containsOnlyKeys("PATH", "HOME", "USER", "LANG", "LC_NUMERIC", "TZ", "TMPDIR");
    }

    @Test
    void whatTheReleaseNamesComesBesidesAndWhatIsMissingIsKnown() {
        InheritedEnvironment named = InheritedEnvironment.of(Set.of("REGION", "NOT_SET"));

        assertThat(reduced(SERVER, named)).containsEntry("REGION", "eu").doesNotContainKeys("HOOK_SECRET", "NOT_SET");
        assertThat(ChildEnvironment.missing(SERVER, named)).containsExactly("NOT_SET");
    }

    @Test
    void whoeverStandsInAClientsPlaceHandsOnAllButSecretsOfItsOwn() {
        Map<String, String> child = reduced(SERVER, InheritedEnvironment.allBut(Set.of("HOOK_SECRET")));

        assertThat(child)
                .containsKeys("PATH", "AWS_SECRET_ACCESS_KEY", "REGION", "LC_NUMERIC")
                .doesNotContainKeys("HOOK_SECRET", "WVO_TOKEN", "WVO_STATE_ROOT", "WVO_WORKSPACE_ROOT");
    }

    @Test
    void theLocaleIsThatBeforeTheLaunchersOwn() {
        Map<String, String> launched = new HashMap<>(SERVER);
        launched.put("LC_ALL", "C.UTF-8");

        launched.put("WVO_ORIGINAL_LC_ALL", "");
        assertThat(reduced(launched, InheritedEnvironment.none())).doesNotContainKey("LC_ALL");
        launched.put("WVO_ORIGINAL_LC_ALL", "ar_EG.UTF-8");
        assertThat(reduced(launched, InheritedEnvironment.none())).containsEntry("LC_ALL", "ar_EG.UTF-8");
        launched.remove("WVO_ORIGINAL_LC_ALL");
        assertThat(reduced(launched, InheritedEnvironment.allBut(Set.of()))).containsEntry("LC_ALL", "C.UTF-8");
    }

    @Test
    void whatTheLaunchersShellGaveItselfIsNotTheClients() {
        Map<String, String> launched = new HashMap<>(SERVER);
        launched.put("PWD", "/srv");
        launched.put("SHLVL", "0");

        launched.put("WVO_SHELL_VARIABLES", "OLDPWD SHLVL PATH ");

        assertThat(reduced(launched, InheritedEnvironment.allBut(Set.of())))
                .containsKeys("PWD", "PATH")
                .doesNotContainKeys("SHLVL", "WVO_SHELL_VARIABLES");
    }

    @Test
    void theOptionsOfOtherJvmsAreThoseBeforeTheLaunchersOwn() {
        Map<String, String> launched = new HashMap<>(SERVER);
        launched.put("_JAVA_OPTIONS", "-Dfile.encoding=US-ASCII -Dfile.encoding=UTF-8");
        launched.put("WVO_ORIGINAL_JAVA_OPTIONS", "-Dfile.encoding=US-ASCII");

        assertThat(reduced(launched, InheritedEnvironment.allBut(Set.of())))
                .containsEntry("_JAVA_OPTIONS", "-Dfile.encoding=US-ASCII")
                .doesNotContainKey("WVO_ORIGINAL_JAVA_OPTIONS");
    }

    @Test
    void everyChildIsStartedThatWay() throws Exception {
        WorkerRelease release = SampleReleases.shell("env", "env >&2");
        WorkerProcess process = WorkerProcess.spawn(ServiceName.DEFAULT, release, "mark", System::nanoTime);

        process.stop(java.time.Duration.ofSeconds(5));

        assertThat(process.lastStderr())
                .anyMatch(line -> line.startsWith("PATH="))
                .anyMatch(line -> line.equals("WVO_WORKER_LABEL=env"))
                .allMatch(
                        line -> line.matches(
                                "(PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_\\w+|TZ|TMPDIR|TMP|TEMP|PWD|OLDPWD|SHLVL|_|WVO_\\w+)=.*"));
    }

    private static Map<String, String> reduced(Map<String, String> server, InheritedEnvironment inheritance) {
        Map<String, String> child = new HashMap<>(server);
        ChildEnvironment.reduce(child, inheritance);
        return child;
    }
}
