package io.weathervane;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code scripts/weathervane} on the jar that is built already. */
class LauncherIT {
    private static final Path SCRIPTS = Path.of("scripts").toAbsolutePath();

    /** Descriptor 9 is a client's messages that do not end. */
    private static final String MESSAGES = """
        [ -p in ] || mkfifo in; exec 9<>in
        printf '%s\\n' '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18",\
        "capabilities":{},"clientInfo":{"name":"t","version":"1"}}}' >&9
        """;

    @TempDir
    private Path folder;

    private record Ended(int exitCode, String out, String err) {}

    @Test
    void saysWhatToInstallWhenThereIsNoJdk() throws Exception {
        Ended ended = run(
                "bash",
                "-c",
                ". '" + SCRIPTS.resolve("lib/jdk.sh")
                        + "'; JAVA_HOME=/nowhere; java_in_path() { :; }; other_java_homes() { echo /nowhere; };"
                        + " find_java_home javac");

        assertThat(ended.exitCode()).isEqualTo(4);
        assertThat(ended.err()).contains("needs a JDK 17 or newer", "apt-get install");
        assertThat(ended.out()).isEmpty();
    }

    @Test
    void runsThroughALinkFromAnyFolderAndPutsNothingOfItsOwnOnStdout() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("wv"), SCRIPTS.resolve("weathervane"));

        Ended ended = run(link.toString(), "--version");

        assertThat(ended.out()).matches("weathervane \\d+\\.\\d+\\.\\d+\\n");
        assertThat(ended.exitCode()).isZero();
    }

    @Test
    void passesWordsAndExitCodesOnUnchanged() throws Exception {
        Ended ended = run(SCRIPTS.resolve("weathervane").toString(), "call", "--workspace", "no such\nfolder");

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.err()).contains("no such\nfolder (--workspace) does not exist");
    }

    @Test
    void saysInOneLineThatItsFolderIsGone() throws Exception {
        Ended ended = shell("mkdir gone && cd gone && rmdir ../gone && \"$0\" call monitor_status");

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.err())
                .containsOnlyOnce("weathervane: the current folder ")
                .contains("/gone does not exist any more", "change to another one")
                .doesNotContain("\tat ", "java.lang");
    }

    @Test
    void aClosedStdinIsTheEndOfInputAndNoFileOfTheJvm() throws Exception {
        Ended ended = shell("\"$0\" run --workspace w -- sh -c 'exec cat' <&-");

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.out()).isEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void whatTheClientDidNotGiveTheWorkerDoesNotGet() throws Exception {
        String untilGiven = "for i in {1..300}; do [ -s given ] && break; sleep 0.1; done";
        String start = untilGiven + " | env -i PATH=\"$PATH\" HOME=\"$PWD\" WVO_QUICK_START=off SHLVL=7 \"$0\" run"
                + " --workspace w -- cp /proc/self/environ given";

        Ended ended = shell(start);

        assertThat(folder.resolve("given")).as(ended.err()).exists();
        assertThat(Files.readString(folder.resolve("given")).split("\0", -1))
                .contains("SHLVL=7")
                .noneMatch(variable -> variable.matches("(PWD|OLDPWD|_)=.*"));
    }

    @Test
    void anAnswerThatCouldNotBeWrittenIsSaid() throws Exception {
        for (String where : List.of(">/dev/full", ">&-")) {
            Ended lost = shell("\"$0\" --version " + where);

            assertThat(lost.exitCode()).as(where).isEqualTo(5);
            assertThat(lost.err()).startsWith("weathervane: the answer could not be written to stdout (");
        }
        Ended enough = shell("\"$0\" --help | true; exit ${PIPESTATUS[0]}");
        assertThat(enough.exitCode()).isZero();
        assertThat(enough.err()).isEmpty();
    }

    @Test
    void aJvmThatDiesLeavesNothingInItsClientsFolder() throws Exception {
        Ended dead =
                shell(MESSAGES + "timeout 40 \"$0\" run --workspace w -- sh -c 'kill -SEGV $PPID; exec cat' <&9 9>&-");

        assertThat(dead.exitCode()).as(dead.err()).isGreaterThan(128);
        try (var files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString())).noneMatch(name -> name.startsWith("hs_err"));
        }
    }

    @Test
    void argumentsAndVariablesOfWhateverCharactersReachTheWorkerAsTheyAre() throws Exception {
        Ended ended = shell(MESSAGES + """
            export PT_LINES=$'a\\nb\\n' PT_QUOTES=$'"\\'`$x \\\\' PT_EQUALS=a=b=c PT_EMPTY= PT_TAB=$'\\ttab '
            timeout 20 "$0" run --workspace w -- sh -c 'for one in "$PT_LINES" "$PT_QUOTES" "$PT_EQUALS" \
            "${PT_EMPTY-unset}" "$PT_TAB" "$@"; do printf "%s\\0" "$one"; done >got; kill -TERM $PPID; exec cat' \
            sh 'a b' '*' '?' '$HOME' '' '--' '--http' -x '--port=1' '"q"' "it's" $'two\\nlines' '~' '\\' '' <&9 9>&-
            """);

        assertThat(Files.readString(folder.resolve("got")).split("\0", -1))
                .as(ended.err())
                .containsExactly(
                        "a\nb\n",
                        "\"'`$x \\",
                        "a=b=c",
                        "",
                        "\ttab ",
                        "a b",
                        "*",
                        "?",
                        "$HOME",
                        "",
                        "--",
                        "--http",
                        "-x",
                        "--port=1",
                        "\"q\"",
                        "it's",
                        "two\nlines",
                        "~",
                        "\\",
                        "",
                        "");
    }

    @Test
    void anEncodingForFilesOfTheJvmChangesNoArgument() throws Exception {
        for (String variable : List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS")) {
            String said = variable + "=-Dfile.encoding=US-ASCII";
            Ended ended = shell(MESSAGES + said
                    + " timeout 20 \"$0\" run --workspace w -- sh -c 'printf %s \"$1\" >got;" + " printf %s \"$"
                    + variable + "\" >option; kill -TERM $PPID; exec cat' sh Док\u00e9 <&9 9>&-");

            assertThat(Files.readString(folder.resolve("got"))).as(ended.err()).isEqualTo("Док\u00e9");
            assertThat(Files.readString(folder.resolve("option"))).isEqualTo("-Dfile.encoding=US-ASCII");
            Files.delete(folder.resolve("got"));
        }
    }

    @Test
    void bytesThatAreNoTextAreRefusedAndNotChanged() throws Exception {
        Ended argument = shell("\"$0\" run --workspace w -- sh -c 'touch ran' $'caf\\xe9'");
        Ended inside = shell("mkdir $'a\\xff' && cd $'a\\xff' && \"$0\" run --workspace ../w -- sh -c 'touch ../ran'");

        assertThat(argument.exitCode()).isEqualTo(2);
        assertThat(argument.err()).contains("the argument \"caf", "not UTF-8");
        assertThat(inside.exitCode()).isEqualTo(2);
        assertThat(inside.err()).contains("the name of the folder", "not UTF-8");
        assertThat(folder.resolve("ran")).doesNotExist();
    }

    private Ended shell(String script) throws IOException, InterruptedException {
        return run("bash", "-c", script, SCRIPTS.resolve("weathervane").toString());
    }

    private Ended run(String... command) throws IOException, InterruptedException {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Process process = new ProcessBuilder(List.of(command))
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        boolean ended = process.waitFor(60, TimeUnit.SECONDS);
        if (!ended) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        assertThat(ended).as(Files.readString(err)).isTrue();
        return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
    }
}
