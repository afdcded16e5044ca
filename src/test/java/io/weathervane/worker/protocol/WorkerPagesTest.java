package io.weathervane.worker.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.testing.FileWorker;
import io.weathervane.worker.SampleReleases;
import io.weathervane.worker.TestWorkers;
import io.weathervane.worker.WorkerPolicy;
import io.weathervane.worker.routing.Worker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A worker's list of tools, however it is cut into pages and whatever is in it. */
class WorkerPagesTest {
    @TempDir
    Path folder;

    private final List<Worker> started = new ArrayList<>();

    @AfterEach
    void endWorkers() {
        started.forEach(worker -> worker.dispose(Duration.ofMillis(100), Duration.ofSeconds(2)));
    }

    @Test
    void pagesOfFourAreOneList() throws Exception {
        page("", tools(0, 4), "\"4\"");
        page(".4", tools(4, 4), "\"8\"");
        page(".8", tools(8, 2), "null");

        assertThat(listed()).isEqualTo(names(10));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "null"})
    void anEmptyCursorIsTheEnd(String cursor) throws Exception {
        page("", tools(0, 3), cursor);

        assertThat(listed()).isEqualTo(names(3));
    }

    @Test
    void aCursorThatNeverAdvancesIsFollowedOnce() throws Exception {
        page("", tools(0, 2), "\"same\"");
        page(".same", tools(2, 2), "\"same\"");

        assertThat(listed()).isEqualTo(names(4));
    }

    @Test
    void cursorsThatGoInACircleAreFollowedOnce() throws Exception {
        page("", tools(0, 1), "\"a\"");
        page(".a", tools(1, 1), "\"b\"");
        page(".b", tools(2, 1), "\"a\"");

        assertThat(listed()).isEqualTo(names(3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"tools\":null}", "{\"tools\":{}}", "{\"tools\":\"none\"}", "{}"})
    void aListThatIsNoneIsEmptyAndItsWorkerStarts(String result) throws Exception {
        FileWorker.answers(folder, "tools/list", "\"result\":" + result);

        assertThat(listed()).isEmpty();
        assertThat(started.get(0).alive()).isTrue();
    }

    @Test
    void whatHasNoNameIsLeftOutAndTheOthersStay() throws Exception {
        page(
                "",
                "{\"name\":\"t0\"},{\"description\":\"nameless\"},{\"name\":\"\"},{\"name\":null},null,\"x\",[],{\"name\":\"t1\"}",
                "null");

        assertThat(listed()).isEqualTo(names(2));
    }

    @Test
    void threeThousandToolsOnOnePageAreAllKept() throws Exception {
        page("", tools(0, 3000), "null");

        assertThat(listed()).isEqualTo(names(3000));
    }

    @Test
    void tenThousandToolsOverSomePagesAreAllKeptAndNoMoreAreAskedFor() throws Exception {
        page("", tools(0, 4000), "\"1\"");
        page(".1", tools(4000, 4000), "\"2\"");
        page(".2", tools(8000, 4000), "\"3\"");
        page(".3", tools(12_000, 1), "null");

        assertThat(listed()).isEqualTo(names(10_000));
    }

    private void page(String suffix, String tools, String cursor) throws IOException {
        FileWorker.answers(
                folder, "tools/list" + suffix, "\"result\":{\"tools\":[" + tools + "],\"nextCursor\":" + cursor + "}");
    }

    private static String tools(int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj(number -> "{\"name\":\"t" + number + "\",\"inputSchema\":{\"type\":\"object\"}}")
                .collect(Collectors.joining(","));
    }

    private static List<String> names(int count) {
        return IntStream.range(0, count).mapToObj(number -> "t" + number).toList();
    }

    private List<String> listed() {
        Worker worker = Worker.start(
                SampleReleases.program("pages", FileWorker.command(folder)),
                TestWorkers.mark(),
                Duration.ofSeconds(20),
                0,
                TestWorkers.dependencies(WorkerPolicy.defaults()),
                started::add);
        List<String> listed = worker.session().tools().stream()
                .map(tool -> tool.path("name").asString(""))
                .toList();
        assertThat(listed)
                .as("each is found by its name")
                .allMatch(name -> worker.session()
                        .tool(name)
                        .filter(tool -> tool.path("name").asString("").equals(name))
                        .isPresent());
        assertThat(worker.session().tool("in_no_list")).isEmpty();
        return listed;
    }
}
