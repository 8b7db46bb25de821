package org.simdloss.bench.run;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the numbers were measured on. */
final class Machine {
  private static final Path CACHES = Path.of("/sys/devices/system/cpu/cpu0/cache");
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  private Machine() {}

  /** By name, in the order of a report. */
  static Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("CPU", cpu());
    facts.put("Cores", Integer.toString(cores()));
    facts.put("Caches", caches());
    facts.put("Memory", memory());
    facts.put(
        "OS",
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"));
    return facts;
  }

  /** The model, where the system has a file that names it; else the architecture. */
  private static String cpu() {
    try {
      for (String line : Files.readAllLines(CPU_INFO)) {
        if (line.startsWith("model name")) {
          return line.substring(line.indexOf(':') + 1).strip();
        }
      }
    } catch (IOException e) {
      // Only Linux has it.
    }
    return System.getenv().getOrDefault("PROCESSOR_IDENTIFIER", System.getProperty("os.arch"));
  }

  /** Of the first core, as Linux tells. */
  private static String caches() {
    List<String> caches = new ArrayList<>();
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(CACHES, "index*")) {
      for (Path folder : folders) {
        String type = read(folder, "type");
        caches.add(
            "L"
                + read(folder, "level")
                + (type.equals("Unified") ? "" : " " + type.toLowerCase(Locale.ROOT))
                + " "
                + read(folder, "size"));
      }
    } catch (IOException e) {
      return "unknown";
    }
    Collections.sort(caches);
    return String.join(", ", caches);
  }

  private static String read(Path folder, String file) throws IOException {
    return Files.readString(folder.resolve(file)).strip();
  }

  /** How many threads wanted to run, on average over the last minute; NaN if unknown. */
  static double load() {
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    return load < 0 ? Double.NaN : load;
  }

  static int cores() {
    return Runtime.getRuntime().availableProcessors();
  }

  private static String memory() {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
      return String.format(Locale.ROOT, "%.1f GiB", system.getTotalMemorySize() / 0x1p30);
    }
    return "unknown";
  }
}
