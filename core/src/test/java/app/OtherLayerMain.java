package app;

import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.util.Set;

/** Loads the library, of the path given, and the incubator module in a layer of their own. */
public final class OtherLayerMain {
  private OtherLayerMain() {}

  public static void main(String[] args) throws ReflectiveOperationException {
    ModuleFinder modules =
        ModuleFinder.compose(ModuleFinder.ofSystem(), ModuleFinder.of(Path.of(args[0])));
    Configuration configuration =
        ModuleLayer.boot()
            .configuration()
            .resolve(ModuleFinder.of(), modules, Set.of("jdk.incubator.vector", "org.simdloss"));
    ClassLoader loader =
        ModuleLayer.boot()
            .defineModulesWithOneLoader(configuration, null)
            .findLoader("org.simdloss");
    Class<?> backend = loader.loadClass("org.simdloss.Backend");
    try {
      System.out.println(backend.getMethod("vector").invoke(null));
    } catch (InvocationTargetException e) {
      System.out.println(e.getCause().getMessage());
    }
    System.out.println(backend.getMethod("best").invoke(null));
  }
}
