package io.weathervane.util;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Whose a process is, by the mark in its environment. */
@EnabledOnOs(OS.LINUX)
class ChildProcessMarkerTest {
    @TempDir
    private Path folder;

    @Test
    void theProcessesOfAnEndedServerAreFoundAndNobodyElses() throws Exception {
        ChildProcessMarker marker = new ChildProcessMarker("0123", folder);
        String own = marker.next();
        Process orphan = sleeping(ofAnEndedServer(own));
        Process ofALivingServer = sleeping(own);
        Process ofACopyElsewhere =
                sleeping(ofAnEndedServer(new ChildProcessMarker("0123", folder.resolve("copy")).next()));
        Process ofAnotherWorkspace = sleeping(ofAnEndedServer(new ChildProcessMarker("4567", folder).next()));
        Process damaged = sleeping(own.substring(0, own.indexOf('.', 10)) + ".what.is.this.now");
        try {
            Await.until("all have begun", () -> marker.orphans().size() == 1);
            assertThat(marker.orphans()).extracting(one -> one.handle().pid()).containsExactly(orphan.pid());
        } finally {
            List.of(orphan, ofALivingServer, ofACopyElsewhere, ofAnotherWorkspace, damaged)
                    .forEach(Process::destroyForcibly);
        }
    }

    @Test
    void aTreeIsEndedWithWhatHasNoParentAndNoSessionInCommonWithIt() throws Exception {
        String mark = new ChildProcessMarker("0123", folder).next();
        ProcessBuilder builder = new ProcessBuilder(
                        "sh",
                        "-c",
                        "(setsid sh -c 'echo $$ >away.new; mv away.new away; exec sleep 600' &); exec sleep 600")
                .directory(folder.toFile());
        builder.environment().put(ChildProcessMarker.VARIABLE, mark);
        Process first = builder.start();
        ProcessTree tree = new ProcessTree(first, mark, Ticker.system());
        Await.until("it runs", () -> Files.exists(folder.resolve("away")));
        long away = Long.parseLong(Files.readString(folder.resolve("away")).strip());

        // In the moment in which it becomes another program it has no environment that could be read.
        Await.until(
                "both are seen",
                () -> tree.running().stream().map(ProcessHandle::pid).toList().containsAll(List.of(first.pid(), away)));
        assertThat(tree.kill()).isGreaterThanOrEqualTo(2);

        assertThat(first.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(tree.running()).isEmpty();
    }

    @Test
    void aVariableIsFoundByItsWholeNameOnly() {
        assertThat(ProcFileSystem.variable("AB=1\0B=2\0C=", "B")).contains("2");
        assertThat(ProcFileSystem.variable("AB=1\0B=2\0C=", "C")).contains("");
        assertThat(ProcFileSystem.variable("AB=1", "B")).isEmpty();
    }

    private Process sleeping(String mark) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("sleep", "600");
        builder.environment().put(ChildProcessMarker.VARIABLE, mark);
        return builder.start();
    }

    private static String ofAnEndedServer(String mark) {
        String[] parts = mark.split("\\.", -1);
        parts[3] = "1";
        return String.join(".", parts);
    }
}
