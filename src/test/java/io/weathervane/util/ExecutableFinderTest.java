package io.weathervane.util;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is found here starts, and what is not does not: the same files are started by the operating system. */
class ExecutableFinderTest {
    private static final String PATH =
            Optional.ofNullable(System.getenv("PATH")).orElse("");

    @TempDir
    Path folder;

    @Test
    void aCommandIsFoundOnThePath() throws Exception {
        assertThat(ExecutableFinder.find("sh", folder, PATH)).isPresent();
        assertThat(starts("sh", "-c", "exit 0")).isTrue();
    }

    @Test
    void aCommandOfNoFolderOfThePathIsNotFound() throws Exception {
        assertThat(ExecutableFinder.find("no-such-program-here", folder, PATH)).isEmpty();
        assertThat(starts("no-such-program-here")).isFalse();
    }

    @Test
    void aRelativePathIsMeantFromTheFolderWhereItRuns() throws Exception {
        Files.createSymbolicLink(folder.resolve("server"), Path.of("/bin/sh"));

        assertThat(ExecutableFinder.find("./server", folder, PATH)).contains(folder.resolve("./server"));
        assertThat(starts("./server", "-c", "exit 0")).isTrue();
        assertThat(ExecutableFinder.find("./server", folder.resolve("elsewhere"), PATH))
                .isEmpty();
    }

    @Test
    void aFileWithoutTheExecutableBitIsSaidToHaveNone() throws Exception {
        Files.writeString(folder.resolve("server"), "#!/bin/sh\n");

        assertThat(ExecutableFinder.find("./server", folder, PATH)).isEmpty();
        assertThat(ExecutableFinder.notExecutable("./server", folder, PATH)).contains(folder.resolve("./server"));
        assertThat(starts("./server")).isFalse();
    }

    @Test
    void aFolderIsNoProgram() throws Exception {
        Files.createDirectory(folder.resolve("server"));

        assertThat(ExecutableFinder.find("./server", folder, PATH)).isEmpty();
        assertThat(starts("./server")).isFalse();
    }

    @Test
    void anEmptyOrRelativeFolderOfThePathIsMeantFromTheFolderWhereItRuns() throws Exception {
        Files.createDirectory(folder.resolve("bin"));
        script("#!/bin/sh\nexit 0\n");

        assertThat(ExecutableFinder.find("server", folder, "/nowhere:")).isPresent();
        assertThat(ExecutableFinder.find("server", folder.resolve("bin"), "/nowhere:.."))
                .isPresent();
        assertThat(ExecutableFinder.find("server", folder, "/nowhere")).isEmpty();
        assertThat(ExecutableFinder.find("server", folder, "")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "#!/bin/sh",
                "#! /bin/sh -e",
                "#!\t/bin/sh",
                "#!/usr/bin/env sh",
                "#!/usr/bin/env -S sh -e",
                "#!/usr/bin/env A=1"
            })
    void anInterpreterThatIsThereIsNotMissing(String line) throws Exception {
        Path script = script(line + "\nexit 0\n");

        assertThat(ExecutableFinder.missingInterpreter(script, folder, PATH)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"#!/opt/nowhere/node", "#! /opt/nowhere/node --x", "#!/bin/sh\r", "#!/tmp", "#!./nowhere"})
    void anInterpreterThatIsNotThereIsMissing(String line) throws Exception {
        Path script = script(line + "\nexit 0\n");

        assertThat(ExecutableFinder.missingInterpreter(script, folder, PATH))
                .contains(line.substring(2).stripLeading().replaceAll(" .*", ""));
        assertThat(starts("./server")).isFalse();
    }

    @Test
    void whatEnvWouldRunAndIsNotOnThePathIsMissing() throws Exception {
        Path script = script("#!/usr/bin/env no-such-program-here\n");

        assertThat(ExecutableFinder.missingInterpreter(script, folder, PATH)).contains("no-such-program-here");
        assertThat(starts("./server")).isFalse();
    }

    @Test
    void aBinaryAndAnEmptyFileNameNoInterpreter() throws Exception {
        assertThat(ExecutableFinder.missingInterpreter(Path.of("/bin/sh"), folder, PATH))
                .isEmpty();
        assertThat(ExecutableFinder.missingInterpreter(script(""), folder, PATH))
                .isEmpty();
        assertThat(ExecutableFinder.missingInterpreter(script("#!"), folder, PATH))
                .isEmpty();
    }

    private Path script(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("server"), text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }

    private boolean starts(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            return process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
