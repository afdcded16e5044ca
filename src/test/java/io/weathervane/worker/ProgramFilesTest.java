package io.weathervane.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.util.ContentHash;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a command names is found, so that an approval can be bound to what is in it. */
class ProgramFilesTest {
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
                "pack/__main__.py")) {
            write(name, name);
        }
        NamedFiles before = ProgramFiles.ofScript(text, folder);
        write(file, "something else");

        assertThat(before.hashes()).containsKey(file);
        assertThat(before.unbound()).isEmpty();
        assertThat(ProgramFiles.ofScript(text, folder).changesSince(before))
                .containsExactly("the file " + file + " has changed");
    }

    @Test
    void findsAbsolutePathsAndProgramsOnThePath() throws IOException {
        Path script = write("elsewhere.sh", "");

        NamedFiles found = ProgramFiles.ofScript("sh " + script, folder.resolve("empty"));

        assertThat(found.hashes()).containsKey(script.toString());
        assertThat(found.hashes().keySet()).anyMatch(file -> file.startsWith("/") && file.endsWith("/sh"));
    }

    @Test
    void leavesOutWhatIsOnlyWrittenTo() throws IOException {
        write("out.log", "");

        assertThat(ProgramFiles.ofScript("echo built >out.log; echo more >> out.log", folder)
                        .hashes())
                .doesNotContainKey("out.log");
    }

    @Test
    void saysWhatIsGoneAndWhatIsNew() throws IOException {
        Path old = write("old.sh", "");
        NamedFiles before = ProgramFiles.ofScript("sh old.sh; sh new.sh", folder);
        Files.delete(old);
        write("new.sh", "");

        assertThat(ProgramFiles.ofScript("sh old.sh; sh new.sh", folder).changesSince(before))
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
            sparse.setLength(ContentHash.BYTES_MAX + 1);
        }

        assertThat(ProgramFiles.ofScript("cat " + many, folder).unbound())
                .containsExactly("more than 256 files are named");
        assertThat(ProgramFiles.ofScript("sh huge", folder).unbound())
                .hasSize(1)
                .allMatch(why -> why.startsWith("the file huge is too large to be hashed, 268435457 bytes"));
    }

    private Iterable<String> ofCommand(String... command) {
        return ProgramFiles.ofCommand(List.of(command), Optional.of(folder))
                .hashes()
                .keySet();
    }

    private Path write(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }
}
