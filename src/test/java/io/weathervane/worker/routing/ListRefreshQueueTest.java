package io.weathervane.worker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.worker.WorkerListKind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ListRefreshQueueTest {
    private static final List<WorkerListKind> TOOLS = List.of(WorkerListKind.TOOLS);
    private static final List<WorkerListKind> PROMPTS = List.of(WorkerListKind.PROMPTS);

    private final List<Runnable> threads = new ArrayList<>();
    private final List<List<WorkerListKind>> asked = new ArrayList<>();

    @Test
    void aWorkerThatKeepsSayingSoIsAskedOnceByOneThread() {
        ListRefreshQueue queue = new ListRefreshQueue(threads::add, asked::add);
        for (int i = 0; i < 1000; i++) {
            queue.changed(TOOLS);
            queue.changed(PROMPTS);
        }

        assertThat(threads).hasSize(1);
        threads.get(0).run();

        assertThat(asked).containsExactly(TOOLS, PROMPTS);
    }

    @Test
    void whatChangesWhileItIsAskedForIsAskedForAgain() {
        List<ListRefreshQueue> self = new ArrayList<>();
        ListRefreshQueue queue = new ListRefreshQueue(threads::add, lists -> {
            asked.add(lists);
            if (asked.size() == 1) {
                self.get(0).changed(TOOLS);
            }
        });
        self.add(queue);
        queue.changed(TOOLS);

        threads.get(0).run();
        assertThat(asked).containsExactly(TOOLS, TOOLS);

        queue.changed(TOOLS);
        assertThat(threads).as("a new thread").hasSize(2);
    }
}
