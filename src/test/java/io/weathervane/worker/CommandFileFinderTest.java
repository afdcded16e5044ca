package io.weathervane.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.util.FileContentHasher;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a command names is found, so that an approval can be bound to what is in it. */
class CommandFileFinderTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sh b.sh                                   | b.sh",
                "./b.sh && echo done                       | b.sh",
                "true;sh b.sh>out.txt                      | b.sh",
                "(set -e; . ./b.sh)                        | b.sh",
                "cd sub && sh deep.sh                      | sub/deep.sh",
                "cd sub && cd more && sh deepest.sh        | sub/more/deepest.sh",
                "make -C sub all                           | sub/Makefile",
                "make                                      | Makefile",
                "npm run build                             | package.json",
                "node b                                    | b",
                "sh -c 'echo hi; sh b.sh'                  | b.sh",
                "env A=1 sh \"with blank.sh\"              | with blank.sh",
                "sh with\\ blank.sh                        | with blank.sh",
                "run --config=settings.yml                 | settings.yml",
                "cat <settings.yml                         | settings.yml",
                "java -cp lib/a.jar:lib/b.jar Main         | lib/b.jar",
                "python3 -m pack.tool --port 1             | pack/tool.py",
                "python3 -m pack                           | pack/__main__.py",
                "if test -e x; then sh b.sh; fi            | b.sh",
                "echo $(sh b.sh)                           | b.sh",
                "make -Csub                                | sub/Makefile",
                "make -fsub/Makefile                       | sub/Makefile",
                "timeout 5 make                            | Makefile",
                "sudo -u x env -i A=1 npm run build        | package.json",
                "python3 -mpack.tool                       | pack/tool.py",
                "python3 -um pack                          | pack/__main__.py",
                "python3 pack                              | pack/__main__.py",
                "node nsrv                                 | nsrv.mjs",
                "node -r ./hook nsrv                       | hook.js",
                "node --require=./hook nsrv                | hook.js",
                "node app                                  | app/lib/start.js",
                "cd app && node .                          | app/lib/start.js",
            })
    void findsWhatAShellTextNames(String text, String file) throws IOException {
        for (String name : List.of(
                "b.sh",
                "b",
                "sub/deep.sh",
                "sub/more/deepest.sh",
                "sub/Makefile",
                "Makefile",
                "package.json",
                "with blank.sh",
                "settings.yml",
                "lib/a.jar",
                "lib/b.jar",
                "pack/tool.py",
                "pack/__main__.py",
                "nsrv.mjs",
                "hook.js",
                "app/lib/start.js")) {
            write(name, name);
        }
        write("app/package.json", "{\"main\": \"lib/start\"}");
        CommandFileHashes before = CommandFileFinder.ofScript(text, folder);
        write(file, "something else");

        assertThat(before.hashes()).containsKey(file);
        assertThat(before.unbound()).isEmpty();
        assertThat(CommandFileFinder.ofScript(text, folder).changesSince(before))
                .containsExactly("the file " + file + " has changed");
    }

    @Test
    void findsAbsolutePathsAndProgramsOnThePath() throws IOException {
        Path script = write("elsewhere.sh", "");

        CommandFileHashes found = CommandFileFinder.ofScript("sh " + script, folder.resolve("empty"));

        assertThat(found.hashes()).containsKey(script.toString());
        assertThat(found.hashes().keySet()).anyMatch(file -> file.startsWith("/") && file.endsWith("/sh"));
    }

    /** The system follows the link before it goes up; only a shell's cd takes the name of the folder away. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "sh link/../b2.sh",
                "cd link && sh ../b2.sh",
                "cd -P link/.. && sh b2.sh",
                "make -C link/.. -f b2.sh"
            })
    void goesUpFromWhereALinkLeads(String text) throws IOException {
        Path opened = linkedElsewhere();
        write("b2.sh", "not this one");
        CommandFileHashes before = CommandFileFinder.ofScript(text, folder.resolve("ws"));
        Files.writeString(opened, "something else");

        assertThat(CommandFileFinder.ofScript(text, folder.resolve("ws")).changesSince(before))
                .as(text)
                .isNotEmpty()
                .allMatch(change -> change.endsWith("b2.sh has changed"));
    }

    @Test
    void goesUpFromWhereALinkLeadsInACommand() throws IOException {
        Path opened = linkedElsewhere();
        Optional<Path> workspace = Optional.of(folder.resolve("ws"));
        List<String> command = List.of("sh", "link/../b2.sh");
        CommandFileHashes before = CommandFileFinder.ofCommand(command, workspace, Map.of());
        Files.writeString(opened, "something else");

        assertThat(CommandFileFinder.ofCommand(command, workspace, Map.of()).changesSince(before))
                .containsExactly("the file link/../b2.sh has changed");
    }

    @Test
    void goesUpByNameAsAShellDoes() throws IOException {
        linkedElsewhere();
        write("ws/sub/b.sh", "");

        assertThat(CommandFileFinder.ofScript("cd link && cd ../sub && sh b.sh", folder.resolve("ws"))
                        .hashes())
                .containsKey("sub/b.sh");
    }

    /** Returns what {@code link/../b2.sh} is from the folder ws. */
    private Path linkedElsewhere() throws IOException {
        Files.createDirectories(folder.resolve("ws"));
        Files.createDirectories(folder.resolve("other/dir"));
        Files.createSymbolicLink(folder.resolve("ws/link"), folder.resolve("other/dir"));
        write("ws/b2.sh", "decoy");
        return write("other/b2.sh", "opened");
    }

    @Test
    void followsFarMoreFoldersThanSixteenAndSaysWhenThereAreTooMany() throws IOException {
        String many = folders(100);
        write("zreal/r.sh", "");

        assertThat(CommandFileFinder.ofScript("ls " + many + "; cd zreal && sh r.sh", folder)
                        .hashes())
                .containsKey("zreal/r.sh");
        assertThat(CommandFileFinder.ofScript("ls " + folders(300) + "; cd zreal && sh r.sh", folder)
                        .unbound())
                .hasSize(1)
                .allMatch(why -> why.startsWith("more than 256 folders"));
    }

    private String folders(int count) throws IOException {
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < count; i++) {
            Files.createDirectories(folder.resolve("d" + i));
            names.append(" d").append(i);
        }
        return names.toString();
    }

    @Test
    void knowsTheHomeOfTheChild() throws IOException {
        write("home/h.sh", "");

        assertThat(ofCommand("sh", "-c", "exec sh ~/h.sh")).contains("home/h.sh");
        assertThat(ofCommand("sh", "-c", "cd ~ && sh ./h.sh")).contains("home/h.sh");
        assertThat(ofCommand("sh", "-c", "cd && ls ~; sh h.sh")).contains("home/h.sh");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/usr/bin/env X=1 /usr/bin/python3 noext data.db",
                "env -u A python3 noext data.db",
                "env -i python3 noext data.db",
                "nice python3 noext data.db",
                "nice -n 5 python3 noext data.db",
                "timeout -s KILL 5 node noext data.db",
                "nohup setsid stdbuf -oL sh noext data.db",
                "sudo -u somebody node noext data.db",
                "exec node noext data.db",
                "uv run python noext data.db"
            })
    void bindsWhatAWrapperRunsAsIfItStoodAlone(String command) throws IOException {
        write("noext", "");
        write("data.db", "");

        assertThat(ofCommand(command.split(" ", -1))).contains("noext").doesNotContain("data.db");
        assertThat(ofCommand("sh", "-c", command)).contains("noext").doesNotContain("data.db");
        assertThat(ofCommand("env", "-S", command)).contains("noext").doesNotContain("data.db");
    }

    @Test
    void leavesOutWhatIsOnlyWrittenTo() throws IOException {
        write("out.log", "");

        assertThat(CommandFileFinder.ofScript("echo built >out.log; echo more >> out.log", folder)
                        .hashes())
                .doesNotContainKey("out.log");
    }

    @Test
    void saysWhatIsGoneAndWhatIsNew() throws IOException {
        Path old = write("old.sh", "");
        CommandFileHashes before = CommandFileFinder.ofScript("sh old.sh; sh new.sh", folder);
        Files.delete(old);
        write("new.sh", "");

        assertThat(CommandFileFinder.ofScript("sh old.sh; sh new.sh", folder).changesSince(before))
                .containsExactly("the file old.sh is gone", "the file new.sh is new");
    }

    @Test
    void findsTheScriptOfAnInterpreterWhateverItIsCalledButNoData() throws IOException {
        write("server", "");
        write("forecasts.db", "");
        write("pack/tool.py", "");

        assertThat(ofCommand("node", "--no-warnings", "server", "forecasts.db"))
                .contains("server")
                .doesNotContain("forecasts.db");
        assertThat(ofCommand("sh", "-c", "exec node server forecasts.db"))
                .contains("server")
                .doesNotContain("forecasts.db");
        assertThat(ofCommand("python3", "-m", "pack.tool", "forecasts.db"))
                .contains("pack/tool.py")
                .doesNotContain("forecasts.db");
    }

    @Test
    void cannotBeBoundToMoreThan256FilesOrToOneThatIsTooLarge() throws IOException {
        String many = IntStream.range(0, 300).mapToObj(i -> "f" + i).collect(Collectors.joining(" "));
        for (String name : many.split(" ", -1)) {
            write(name, name);
        }
        try (RandomAccessFile sparse =
                new RandomAccessFile(folder.resolve("huge").toFile(), "rw")) {
            sparse.setLength(FileContentHasher.BYTES_MAX + 1);
        }

        assertThat(CommandFileFinder.ofScript("cat " + many, folder).unbound())
                .containsExactly("more than 256 files are named");
        assertThat(CommandFileFinder.ofScript("sh huge", folder).unbound())
                .hasSize(1)
                .allMatch(why -> why.startsWith("the file huge is too large to be hashed, 268435457 bytes"));
    }

    private Iterable<String> ofCommand(String... command) {
        return CommandFileFinder.ofCommand(List.of(command), Optional.of(folder), Map.of("HOME", folder + "/home"))
                .hashes()
                .keySet();
    }

    private Path write(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }
}
